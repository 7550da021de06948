from ops.imports.grids import Grid
from ops.imports.sources import Source


def sheets_of(source: Source) -> list[Grid]:
    raise NotImplementedError
