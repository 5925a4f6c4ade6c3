"""An attached image, in the form that each provider documents."""

from agents.models.chatcmpl_converter import Converter

from desktop_app.domain.messages import AttachmentPart, Message, Role, TextPart
from desktop_app.llm.claude.request import message_params
from desktop_app.llm.ollama.history import wire_history
from desktop_app.llm.openai_agents.input_items import input_items

IMAGE = AttachmentPart("run.png", "image/png", "digest", 4, b"\x89PNG")
ASKED = Message(Role.YOU, (IMAGE, TextPart("What is on it?")))


def test_claude_takes_a_base64_block_before_the_text() -> None:
    assert message_params([ASKED]) == [
        {
            "role": "user",
            "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                {"type": "text", "text": "What is on it?"},
            ],
        }
    ]


def test_openai_takes_an_input_image_and_compatible_servers_an_image_url() -> None:
    items = input_items([ASKED], for_chat=False)
    assert items == [
        {
            "role": "user",
            "content": [
                {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                {"type": "input_text", "text": "What is on it?"},
            ],
        }
    ]
    (message,) = Converter.items_to_messages(input_items([ASKED], for_chat=True))
    assert message["role"] == "user"
    assert message["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw==", "detail": "auto"}},
        {"type": "text", "text": "What is on it?"},
    ]


def test_ollama_takes_images_beside_the_text() -> None:
    assert wire_history([ASKED]) == [{"role": "user", "content": "What is on it?", "images": ["iVBORw=="]}]


def test_a_message_that_is_only_an_image_is_sent_and_one_without_content_is_not() -> None:
    only = Message(Role.YOU, (IMAGE,))
    gone = Message(Role.YOU, (AttachmentPart("x.png", "image/png", "digest", 4),))
    for message, count in ((only, 1), (gone, 0)):
        assert len(message_params([message])) == len(wire_history([message])) == count
        assert len(input_items([message], for_chat=True)) == count
