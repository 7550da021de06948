"""What the nightly jobs do with contents: take orphans away, and prove that the others are what was kept."""

from django.conf import settings

from ops.files import store
from ops.files.models import File


def sweep() -> int:
    """Contents without a row, older than the grace period; a request still at work has younger ones."""

    def known(contents: list[str]) -> list[str]:
        return list(File.objects.filter(sha256__in=contents).values_list("sha256", flat=True))

    return store.sweep(known, grace_hours=settings.FILES_GRACE_HOURS)


def verify(most: int) -> int:
    """How many of a sample hold. Raises ContentDamaged, which names files by number only: health is read by many."""
    sample = File.objects.order_by("?").values_list("pk", "sha256")[:most]
    wrong = [f"file {pk} {what}" for pk, sha256 in sample if (what := store.damage(sha256))]
    if wrong:
        raise store.ContentDamaged(f"{len(wrong)} of {len(sample)}: {'; '.join(wrong[:20])}")
    return len(sample)
