"""Bar charts of the board: bars within their picture, the highest as high as the grid."""

from community.buddies.pages.bar_charts import BASE, HEIGHT, LEFT, RIGHT, bar_chart


def test_the_highest_bar_reaches_the_top_and_none_leaves_the_picture() -> None:
    for points in ([], [("a", 0)], [("a", 3)], [(str(number), number) for number in range(12)]):
        chart = bar_chart(points)
        assert chart.lines[0].value == 0
        assert chart.points == tuple(points)
        for bar in chart.bars:
            assert LEFT <= bar.x <= bar.x + bar.width <= RIGHT
            assert BASE - HEIGHT <= bar.y <= bar.y + bar.height <= BASE + 0.1
        if any(value for _, value in points):
            assert max(bar.height for bar in chart.bars) == HEIGHT
