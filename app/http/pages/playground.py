"""GraphiQL at `/graphql` and `/metadata`."""

from typing import Any

from app.http.pages.cdn import CDN, GRAPHIQL_SCRIPTS, GRAPHIQL_STYLES
from app.http.pages.files import Folder
from app.http.pages.page import Page, page
from app.http.pages.plain import graphql_command, plain
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH

MAIN = """<main>
<div id="graphiql" aria-label="GraphiQL"></div>
{plain}
</main>"""
LEAD = "GraphiQL could not be loaded: it has not been built, and its CDN does not answer."
EXAMPLES = {
    GRAPHQL_PATH: {
        "Companies and their people": "{ companies(first: 10) { totalCount edges { node { id name people(first: 3) "
        "{ edges { node { name { firstName lastName } } } } } } } }",
        "Create a company": 'mutation { createCompany(data: {name: "Acme"}) { id name createdAt } }',
        "People of companies that begin with A": '{ people(filter: {company: {name: {ilike: "a%"}}}) '
        "{ totalCount edges { node { name { firstName lastName } company { name } } } } }",
        "What can be asked": "{ __schema { queryType { fields { name description } } } }",
    },
    METADATA_PATH: {
        "The objects and their fields": "{ objects(paging: {first: 40}) "
        "{ edges { node { nameSingular labelPlural fieldsList { name type } } } } }",
    },
}


def playground(path: str, own: Folder, built: Folder | None) -> Page:
    examples = {what: graphql_command(path, document) for what, document in EXAMPLES[path].items()}
    policy = {"style-src": "'self' 'unsafe-inline'", "worker-src": "'self'"}  # its editor makes styles as it goes
    sources: dict[str, Any]
    if built:
        sources = {
            "module": built.address("graphiql.js"),
            "styles": [{"address": built.address("graphiql.css")}],
        }
    else:
        sources = {"scripts": GRAPHIQL_SCRIPTS, "styles": GRAPHIQL_STYLES}
        policy |= {"script-src": f"'self' {CDN}", "style-src": f"'self' 'unsafe-inline' {CDN}"}
    return page(
        own,
        path=path,
        name="playground",
        title="GraphQL" if path == GRAPHQL_PATH else "Model",
        main=MAIN.format(plain=plain(f"GraphQL at {path}", LEAD, examples)),
        policy=policy,
        sources=sources,
    )
