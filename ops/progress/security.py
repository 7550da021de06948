"""A job and what came of it belong to who asked; a sweeper without a person removes what is old."""

from ops.db.security import UID, Function, Guard, Policy, Table

functions = [Function("ops/progress/sql/jobs.sql")]

_MINE = f"owner_id = {UID}"
_WORKED_ON = (
    "update (state, done, total, error, cancel_asked, worker, attempts, said, file_name, file_type, file_hash,"
    " file_bytes, started_at, touched_at, ended_at)"
)

tables = [
    Table(
        "progress.Job", called="long work",
        policies=[
            Policy("own work is seen", to="staff", using=_MINE, cmd="select"),
            Policy("own work is asked for", to="staff", cmd="insert",
                   check=f"{_MINE} and state = 'waiting' and file_hash = ''"),
            Policy("own work goes on", to="staff", using=_MINE, check=_MINE, cmd="update"),
            Policy("old work is swept", to="sweeps", using="true", check="true"),
        ],
        grants={
            "staff": ["select", "insert", _WORKED_ON],
            "sweeps": ["select", "delete", "update (state, error, ended_at, touched_at)"],
        },
        guards=[
            Guard("ab_end_stays", "before update", "ops.guard_job"),
            Guard("zx_tell", "after insert or update or delete", "ops.tell_job"),
        ],
    ),
]  # fmt: skip

sentences = {
    "progress_job_asked_once": "You have asked for this already; it is under way.",
}
