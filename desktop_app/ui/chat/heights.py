"""Heights of many things in a column, with their sums in logarithmic time (a Fenwick tree)."""

from collections.abc import Iterable


class HeightIndex:
    """Heights in whole pixels by position; growing and shrinking happen at the end."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._tree = [0, *self._heights]
        for i in range(1, len(self._tree)):
            parent = i + (i & -i)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[i]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, position: int) -> int:
        return self._heights[position]

    def append(self, height: int) -> None:
        """Add one at the end."""
        self._heights.append(height)
        node = len(self._heights)
        total = height
        child = node - 1
        while child > node - (node & -node):
            total += self._tree[child]
            child -= child & -child
        self._tree.append(total)

    def truncate(self, length: int) -> None:
        """Forget all from position `length` on."""
        del self._heights[length:]
        del self._tree[length + 1 :]

    def set(self, position: int, height: int) -> None:
        """Change one height."""
        change = height - self._heights[position]
        if change == 0:
            return
        self._heights[position] = height
        node = position + 1
        while node < len(self._tree):
            self._tree[node] += change
            node += node & -node

    def top(self, position: int) -> int:
        """The sum of all heights before `position`."""
        node, total = position, 0
        while node > 0:
            total += self._tree[node]
            node -= node & -node
        return total

    def total(self) -> int:
        """The sum of all heights."""
        return self.top(len(self._heights))

    def find(self, y: int) -> int:
        """The position in which `y` lies; before the first it is 0, behind the last the last (0 if there is none)."""
        node, left = 0, max(y, 0)
        step = 1 << max(len(self._heights).bit_length() - 1, 0)
        while step:
            following = node + step
            if following < len(self._tree) and self._tree[following] <= left:
                node = following
                left -= self._tree[following]
            step >>= 1
        return max(min(node, len(self._heights) - 1), 0)
