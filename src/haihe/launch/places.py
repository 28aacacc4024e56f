"""Load what any city needs, demo or not: its divisions and public bodies."""


def main() -> None:
    """Load them in this process."""
    import django

    django.setup()
    # Imported here: models need Django set up.
    from haihe.city import api as city

    city.load_reference_data()


if __name__ == "__main__":
    main()
