"""What a page shows where its program could not be loaded: requests to copy into a terminal."""

from html import escape

TEMPLATE = """<section id="plain" aria-labelledby="plain-title">
<h1 id="plain-title">{title}</h1>
<p>{lead} This page shows the same requests for a terminal instead. To have it here without a network, build the pages
once: <code>make assets</code>. The records are at <a href="/">the first page</a>, which needs nothing.</p>
<p>Each command takes the token from <code>$TOKEN</code>: <code>export TOKEN=…</code></p>
{examples}
</section>"""

EXAMPLE = """<h2>{what}</h2>
<div class="example"><pre><code>{command}</code></pre><button type="button">Copy</button></div>"""


def plain(title: str, lead: str, examples: dict[str, str]) -> str:
    """`examples` are commands by what they do, where `URL` stands for the server's address."""
    return TEMPLATE.format(
        title=escape(title),
        lead=escape(lead),
        examples="\n".join(
            EXAMPLE.format(what=escape(what), command=escape(command)) for what, command in examples.items()
        ),
    )


def graphql_command(path: str, document: str) -> str:
    body = '{"query": "' + " ".join(document.split()).replace('"', '\\"') + '"}'
    return f"curl URL{path} -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n  -d '{body}'"


def rest_command(path: str, body: str = "", method: str = "") -> str:
    parts = [f"curl -g {method and f'-X {method} '}'URL{path}' -H \"Authorization: Bearer $TOKEN\""]
    if body:
        parts.append(f"-H 'Content-Type: application/json' -d '{body}'")
    return " \\\n  ".join(parts)
