"""Make every entry of the catalogue searchable by this code, after a change of it or of its synonyms."""


def main() -> None:
    """Index them in this process."""
    import django

    django.setup()
    # Imported here: models need Django set up.
    from haihe.data.catalogue import api as catalogue

    catalogue.index_all()


if __name__ == "__main__":
    main()
