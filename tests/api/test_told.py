"""What the process is told of writes: every object of which records were changed, along with others too."""

from typing import Any

import pytest

from schema.api import Api
from schema.context import GraphQLRequest
from tests.conftest import Workspace
from tests.recorder import Recorder

ONE, TWO, TASK = (f"00000000-0000-4000-8000-0000000000{n:02}" for n in (1, 2, 3))

SEED = f"""mutation {{
  createPeople(data: [{{id: "{ONE}"}}, {{id: "{TWO}"}}]) {{ id }}
  createTask(data: {{id: "{TASK}"}}) {{ id }}
  createTaskTarget(data: {{taskId: "{TASK}", personId: "{TWO}"}}) {{ id }}
  createWorkflow(data: {{id: "{ONE}"}}) {{ id }}
  createWorkflowVersion(data: {{workflowId: "{ONE}"}}) {{ id }}
  createMessageThread(data: {{id: "{ONE}"}}) {{ id }}
  createMessage(data: {{messageThreadId: "{ONE}"}}) {{ id }}
}}"""

WRITES: list[tuple[str, set[str]]] = [
    ('createCompany(data: {name: "a", people: {create: [{city: "x"}]}}) { id }', {"company", "person"}),
    (f'createCompany(data: {{people: {{connect: [{{where: {{id: "{ONE}"}}}}]}}}}) {{ id }}', {"company", "person"}),
    ("createNote(data: {title: \"x\"}, upsert: true) { id }", {"note"}),
    (f'updatePerson(id: "{ONE}", data: {{city: "y"}}) {{ id }}', {"person"}),
    (f'deleteWorkflow(id: "{ONE}") {{ id }}',
     {"workflow", "workflowVersion", "workflowRun", "workflowEventListener"}),
    (f'destroyMessageThread(id: "{ONE}") {{ id }}',
     {"messageThread", "message", "messageChannelMessageAssociation", "messageParticipant"}),
    (f'mergePeople(ids: ["{ONE}", "{TWO}"], conflictPriorityIndex: 0) {{ id }}', {"person", "taskTarget", "favorite"}),
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "told"), WRITES)
async def test_all_that_is_written_is_told(
    api: Api, connection: Any, workspace: Workspace, mutation: str, told: set[str]
) -> None:
    recorder = Recorder(workspace.id, connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        seeded = await api.execute(GraphQLRequest(SEED), recorder)
        assert seeded.errors == ()
        recorder.told.clear()
        answer = await api.execute(GraphQLRequest(f"mutation {{ {mutation} }}"), recorder)
        assert answer.errors == ()
        assert told <= {*recorder.told}
        if "merge" not in mutation:
            assert {*recorder.told} == told
    finally:
        await transaction.rollback()


@pytest.mark.parametrize(
    "operation",
    [
        f'mutation {{ mergePeople(ids: ["{ONE}", "{TWO}"], conflictPriorityIndex: 0, dryRun: true) {{ id }} }}',
        "query { people { totalCount } }",
        "mutation { createPeople(data: []) { id } }",
    ],
)
async def test_nothing_is_told_where_nothing_is_written(
    api: Api, connection: Any, workspace: Workspace, operation: str
) -> None:
    recorder = Recorder(workspace.id, connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await api.execute(GraphQLRequest(SEED), recorder)
        recorder.told.clear()
        answer = await api.execute(GraphQLRequest(operation), recorder)
        assert answer.errors == ()
        assert recorder.told == []
    finally:
        await transaction.rollback()
