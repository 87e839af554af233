"""A fault outside the endpoints → the envelope of the API that the path belongs to."""

from starlette.responses import Response

from app.http.replies import graphql_refusal
from rest_shim.reply import refusal
from schema.errors import ApiError, MethodNotAllowed

GRAPHQL_PATH = "/graphql"
METADATA_PATH = "/metadata"


def rendered_for(path: str, error: ApiError) -> Response:
    if path in (GRAPHQL_PATH, METADATA_PATH):
        return graphql_refusal(error)
    return refusal(error, {"Allow": "GET, HEAD"} if isinstance(error, MethodNotAllowed) else None)
