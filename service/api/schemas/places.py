"""Region and kelurahan."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.shapes import Resource


class RegionOut(Resource):
    """A kabupaten or kota."""

    code: str = Field(description="As the Ministry of Home Affairs gives it", examples=["32.71"])
    name: str = Field(examples=["Kota Bogor"])
    timezone: str = Field(examples=["Asia/Jakarta"])
    price_zone: int = Field(description="Zone of the price caps", examples=[1])


class KelurahanOut(Resource):
    """An urban village: home of one KKMP."""

    code: str = Field(examples=["32.71.02.1002"])
    kecamatan_code: str = Field(examples=["32.71.02"])
    name: str = Field(examples=["Baranangsiang"])
    latitude: float = Field(description="Centroid, WGS84 degrees", examples=[-6.6031])
    longitude: float = Field(description="Centroid, WGS84 degrees", examples=[106.8125])
    population: int = Field(description="Registered residents", examples=[26_113])
