"""An event loop in a thread of its own, for libraries that speak asyncio: whoever runs a connector is synchronous, and
its sink may not be called from inside a loop.
"""

import asyncio
import threading
from collections.abc import Awaitable
from types import TracebackType
from typing import Final, Self

_STEP_S: Final = 120.0
_TURNS_TO_CLOSE: Final = 3
"""A connection that was aborted lets go of its socket in one of the loop's next turns."""


class Loop:
    """Use as a context; `run` may be called from the thread that opened it."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="connector", daemon=True)
        self._thread.start()
        return self

    def run[T](self, work: Awaitable[T], *, within_s: float = _STEP_S) -> T:
        """Return what the work comes to. Raises: TimeoutError where it takes longer."""

        async def bounded() -> T:
            async with asyncio.timeout(within_s):
                return await work

        return asyncio.run_coroutine_threadsafe(bounded(), self._loop).result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_STEP_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STEP_S)
        self._loop.close()

    async def _end(self) -> None:
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)
