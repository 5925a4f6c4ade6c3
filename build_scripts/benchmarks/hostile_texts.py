"""Texts that break chats: the tests show that nothing crashes, the benchmark what they hold up."""

from typing import Final

from build_scripts.benchmarks.chat_server import SAMPLE

HOSTILE_TEXTS: Final = {
    "deep quotes": ">" * 5000 + " deep",
    "deep lists": "".join("  " * depth + "- item\n" for depth in range(400)),
    "nested brackets": "[" * 20_000 + "x" + "]" * 20_000,
    "emphasis": "*a _b " * 5000,
    "one line of a megabyte": "x" * 1_000_000,
    "words of a megabyte": "word " * 200_000,
    "ten thousand rows": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 10_000,
    "a hundred columns": "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n|" + "b|" * 100,
    "one endless cell": "| a |\n|---|\n| " + "y" * 50_000 + " |",
    "right to left": "שלום \u202eabc\u202c مرحبا\n\n- **פריט**",
    "zero width": "a\u200b\u200d\ufeff" * 3000,
    "combining": "e" + "\u0301" * 5000,
    "half surrogates": "a\ud83d b\udc00 \x00 c",
    "colour codes": "\x1b[31mred\x1b[0m \x07 \x08",
    "scripts": "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src='file:///etc/passwd'>",
    "remote pictures": "![a](http://evil.example/a.png) <img src='http://evil.example/b.png'>",
    "line ends": "a\r\nb\rc\u2028d\u2029e\n\n\n\n\n",
    "emoji families": "👩‍👩‍👧‍👦" * 2000,
    "deep tags": "<div>" * 5000 + "deep" + "</div>" * 5000,
    "quotes in lists in quotes": "".join("> - " * depth + "x\n" for depth in range(1, 60)),
    "a fenced line of a megabyte": "```python\n" + "x = (" * 200_000 + "\n```",
    "ten thousand ragged rows": "| a | b |\n|---|---|\n" + "| 1 |\n| 1 | 2 | 3 |\n" * 5_000,
    "turned names": "[\u202egnp.exe\u2066\u2069](https://example.org/\u202ea) \u2067שלום\u2069 `\u202eabc`",
    "half surrogates in marks": "**\ud83d** [\udc00](http://a/\ud800) `\udfff`\n\n| \ud83d |\n|---|\n| \udc00 |",
    "windows by colour codes": "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x1b[2J\x1b[10;10H \x9b31m \x1bP\x1b\\",
    "scripts in links": "[a](javascript:alert(1)) [b](data:text/html,<script>) <a href='javascript:x'>c</a> &lt;p&gt;",
    "open ends": "```\n| a |\n**[x](http://",
    "quotes of a megabyte": ">" * 1_000_000,
    "brackets of a megabyte": "[" * 500_000 + "x" + "]" * 500_000,
    "ticks of a megabyte": "``` " + "` " * 500_000,
    "loud words of a megabyte": "words with **some** of them `loud` and " * 26_000,
    "half a megabyte of everything": SAMPLE * 700,
    "half a megabyte with a definition at its end": SAMPLE * 700 + "\n[plan]: https://example.org\n",
}
