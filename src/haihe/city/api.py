"""What neighbours may use of the city."""

from haihe.city.geometry import districts_geojson
from haihe.city.loading import load_reference_data
from haihe.city.outline import Map, points_on_map, whole_city
from haihe.city.places import Place, tianjin
from haihe.city.queries import division, divisions, organisation, organisation_names, organisations, organisations_of
from haihe.city.records import Division, Organisation
from haihe.city.remembered import remembering

__all__ = [
    "Division",
    "Map",
    "Organisation",
    "Place",
    "districts_geojson",
    "division",
    "divisions",
    "load_reference_data",
    "organisation",
    "organisation_names",
    "organisations",
    "organisations_of",
    "points_on_map",
    "remembering",
    "tianjin",
    "whole_city",
]
