"""Places for tests: two regions with a kelurahan each, so that one can be foreign."""

from service.domain.places import Kecamatan, Kelurahan, Region

REGION = "32.71"
OTHER_REGION = "32.01"


def new_region(code: str = REGION, name: str = "Kota Bogor", **changes: object) -> Region:
    return Region(**{"code": code, "name": name, "timezone": "Asia/Jakarta", "price_zone": 1, **changes})


def new_kecamatan(region_code: str = REGION, number: int = 1) -> Kecamatan:
    return Kecamatan(code=f"{region_code}.{number:02}", region_code=region_code, name=f"Kecamatan {number}")


def new_kelurahan(kecamatan_code: str = f"{REGION}.01", number: int = 1001, **changes: object) -> Kelurahan:
    fields = {
        "code": f"{kecamatan_code}.{number}",
        "kecamatan_code": kecamatan_code,
        "name": f"Kelurahan {number}",
        "latitude": -6.6,
        "longitude": 106.8,
        "population": 10_000,
    }
    return Kelurahan(**{**fields, **changes})
