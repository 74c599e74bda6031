"""The analysts' notebook: its questions are cells made from the page of queries; what stands above them is its own."""

import re
from collections.abc import Iterator

QUESTIONS = re.compile(r"\n\n\n@app\.cell\(hide_code=True\)\ndef _\(answer\):\n.*", re.DOTALL)
"""From the first question to the end."""
END = '\n\n\nif __name__ == "__main__":\n    app.run()\n'


def notebook_with(notebook: str, queries: str) -> str:
    """The notebook with a cell for each question of the page, in their order."""
    return QUESTIONS.sub("", notebook).removesuffix(END) + "".join(cells_of(queries)) + END


def cells_of(queries: str) -> Iterator[str]:
    """A cell a question: its heading, and the statement below it."""
    for heading, sql in re.findall(r"^## (.*?)\n.*?```sql\n(.*?)```", queries, re.DOTALL | re.MULTILINE):
        lines = "".join(f"        {line}\n" if line else "\n" for line in sql.splitlines())
        yield (
            "\n\n\n@app.cell(hide_code=True)\ndef _(answer):\n    answer(\n"
            f'        "{heading}",\n        """\n{lines}        """,\n    )\n    return'
        )
