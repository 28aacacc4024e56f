"""`haihe bench`."""

import click


@click.group(name="bench")
def command() -> None:
    """Measure on this machine. What is measured is real: processes, disk, database, signatures."""


@command.command(name="gateway")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--seconds", default=15.0, show_default=True, type=click.FloatRange(min=1, max=60), help="Of load.")
@click.option("--connections", default=64, show_default=True, type=click.IntRange(min=1, max=1024))
@click.option("--residents", default=15_600_000, show_default=True, help="From whom the questions are drawn.")
@click.option("--registered", default=500_000, show_default=True, help="How many of them are on relief.")
def gateway(as_json: bool, seconds: float, connections: int, residents: int, registered: int) -> None:
    """Load one gateway process with signed, distinct questions, and nginx with a static file beside it."""
    from rich.console import Console

    from haihe.cli.benchmark import gateway as benchmark
    from haihe.cli.benchmark import telling
    from haihe.cli.benchmark.residents import Residents
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(
        seconds=seconds, connections=connections, residents=Residents(residents, registered), screen=screen
    )
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="pages")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--entries", default=40_000, show_default=True, type=click.IntRange(min=100, max=1_000_000))
@click.option("--requests", default=100_000, show_default=True, type=click.IntRange(min=100, max=1_000_000))
@click.option("--each", default=3, show_default=True, type=click.IntRange(min=1), help="Pages of one kind, a person.")
def pages(as_json: bool, entries: int, requests: int, each: int) -> None:
    """Make every page of every person of the demo, beside years of entries and requests."""
    from rich.console import Console

    from haihe.cli.benchmark import every_page as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(entries=entries, requests=requests, each=each, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="catalogue")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--entries", default=40_000, show_default=True, type=click.IntRange(min=100, max=1_000_000))
def catalogue(as_json: bool, entries: int) -> None:
    """Search a catalogue and make its pages, with the queries that the tests judge."""
    from rich.console import Console

    from haihe.cli.benchmark import catalogue as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    result = benchmark.run(entries=entries, screen=Screen(Console(stderr=True, highlight=False, soft_wrap=True)))
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="items")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
def items(as_json: bool) -> None:
    """Search the items of government service, and make their pages."""
    from rich.console import Console

    from haihe.cli.benchmark import items as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    result = benchmark.run(screen=Screen(Console(stderr=True, highlight=False, soft_wrap=True)))
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="lookups")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(min=2, max=1000), help="Of each lookup.")
def lookups(as_json: bool, rounds: int) -> None:
    """Ask each fingertip query as a page and bare, through a real gateway."""
    from rich.console import Console

    from haihe.cli.benchmark import lookups as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(rounds=rounds, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="cases")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--cases", default=1_000_000, show_default=True, type=click.IntRange(min=1000, max=5_000_000))
def cases(as_json: bool, cases: int) -> None:
    """Make the pages of cases, of citizens and of desks, beside three years of them."""
    from rich.console import Console

    from haihe.cli.benchmark import cases as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(cases=cases, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="phone")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--url", default="http://127.0.0.1:8000/services/", show_default=True, help="Of a city that runs.")
@click.option("--chromium", default="/usr/bin/chromium", show_default=True, help="The browser's program.")
@click.option("--visits", default=5, show_default=True, type=click.IntRange(min=1, max=50))
def phone(as_json: bool, url: str, chromium: str, visits: int) -> None:
    """Visit a page as a phone on a slow line would, each time with an empty cache."""
    from haihe.cli.benchmark import phone as benchmark
    from haihe.cli.benchmark import telling

    try:
        result = benchmark.run(url, chromium=chromium, visits=visits)
    except benchmark.NoBrowser as missing:
        raise click.ClickException(str(missing)) from missing
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="accountability")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--requests", default=100_000, show_default=True, type=click.IntRange(min=100, max=1_000_000))
def accountability(as_json: bool, requests: int) -> None:
    """Make the scoreboard of three made-up years of 48 departments, and its page."""
    from rich.console import Console

    from haihe.cli.benchmark import accountability as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    result = benchmark.run(requests=requests, screen=Screen(Console(stderr=True, highlight=False, soft_wrap=True)))
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="exchange")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option(
    "--rows", default=13_060_000, show_default=True, type=click.IntRange(min=100), help="Of a table of businesses."
)
@click.option("--persons", default=13_060_000, show_default=True, type=click.IntRange(min=100, max=27_000_000))
@click.option(
    "--indexed", default=15_600_000, show_default=True, type=click.IntRange(min=100), help="In the gateway's index."
)
@click.option(
    "--through-nodes", default=1_000_000, show_default=True, type=click.IntRange(min=100), help="From table to table."
)
def exchange(as_json: bool, rows: int, persons: int, indexed: int, through_nodes: int) -> None:
    """Feed large files to published snapshots beside DuckDB's COPY, build an index, send a table through two nodes."""
    from rich.console import Console

    from haihe.cli.benchmark import exchange as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(rows=rows, persons=persons, indexed=indexed, through_nodes=through_nodes, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="matching")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--residents", default=15_600_000, show_default=True, type=click.IntRange(min=10_000))
@click.option("--relief", default=500_000, show_default=True, type=click.IntRange(min=100))
@click.option("--fund", default=1_200_000, show_default=True, type=click.IntRange(min=100))
@click.option("--insurance", default=9_000_000, show_default=True, type=click.IntRange(min=100))
@click.option("--left", default=500_000, show_default=True, type=click.IntRange(min=1000), help="Records to link.")
@click.option("--right", default=1_000_000, show_default=True, type=click.IntRange(min=1000), help="With so many.")
def matching(as_json: bool, residents: int, relief: int, fund: int, insurance: int, left: int, right: int) -> None:
    """Compare large registers, beside DuckDB's bare SQL, and link two without identity numbers."""
    from rich.console import Console

    from haihe.cli.benchmark import matching as benchmark
    from haihe.cli.benchmark import telling
    from haihe.data.matching.demo.large_registers import Sizes
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(sizes=Sizes(residents, relief, fund, insurance), left=left, right=right, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="scoreday")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--queries", default=250_000, show_default=True, type=click.IntRange(min=1000, max=2_000_000))
@click.option("--candidates", default=60_000, show_default=True, type=click.IntRange(min=100, max=150_000))
@click.option("--seconds", default=40.0, show_default=True, type=click.FloatRange(min=1, max=600), help="They come in.")
def scoreday(as_json: bool, queries: int, candidates: int, seconds: float) -> None:
    """Rehearse the day on which results are out, then with three times as many as there is room for."""
    from rich.console import Console

    from haihe.cli.benchmark import scoreday as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(profile=benchmark.Profile(queries, candidates, seconds), screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))


@command.command(name="open")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object instead of a table.")
@click.option("--records", default=13_060_000, show_default=True, type=click.IntRange(min=10_000, max=100_000_000))
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(min=1, max=120), help="Of each load.")
@click.option("--connections", default=64, show_default=True, type=click.IntRange(min=1, max=512))
def open_data(as_json: bool, records: int, seconds: float, connections: int) -> None:
    """Ask one large dataset for pages, groups and a whole file, with Datasette, RoAPI and DuckDB's COPY beside it."""
    from rich.console import Console

    from haihe.cli.benchmark import open_data as benchmark
    from haihe.cli.benchmark import telling
    from haihe.launch.screen import Screen

    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    result = benchmark.run(records=records, seconds=seconds, connections=connections, screen=screen)
    click.echo(telling.as_json(result) if as_json else telling.as_table(result))
