"""All facts at once, read and validated the first time they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from service.demo.facts.beneficiaries import BeneficiaryGroupFact, read_beneficiary_groups
from service.demo.facts.items import ItemFact, PackFact, SubstitutionFact, read_items, read_packs, read_substitutions
from service.demo.facts.menus import MenuDayFact, RecipeFact, read_menu_days, read_recipes
from service.demo.facts.places import (
    AgeGroupFact,
    KecamatanFact,
    KelurahanFact,
    RegionFact,
    read_age_groups,
    read_kecamatan,
    read_kelurahan,
    read_region,
)
from service.demo.facts.policies import Defaults, read_defaults, read_policy
from service.demo.facts.price_caps import PriceCapFact, read_price_caps
from service.domain.policies import PolicyValues


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the files say."""

    region: RegionFact
    kecamatan: tuple[KecamatanFact, ...]
    kelurahan: tuple[KelurahanFact, ...]
    age_groups: tuple[AgeGroupFact, ...]
    beneficiary_groups: tuple[BeneficiaryGroupFact, ...]
    items: tuple[ItemFact, ...]
    packs: tuple[PackFact, ...]
    substitutions: tuple[SubstitutionFact, ...]
    price_caps: tuple[PriceCapFact, ...]
    recipes: tuple[RecipeFact, ...]
    menu_days: tuple[MenuDayFact, ...]
    policy: PolicyValues
    defaults: Defaults

    def items_by_code(self) -> Mapping[str, ItemFact]:
        """Return the catalogue by code."""
        return {item.code: item for item in self.items}


@cache
def read_facts() -> Facts:
    """Return the facts.

    Raises
    ------
    InvalidFacts
        Naming file, line and column of the first thing that cannot be.
    """
    region = read_region()
    kecamatan = read_kecamatan(region)
    kelurahan = read_kelurahan(kecamatan)
    items = read_items()
    recipes = read_recipes(items)
    return Facts(
        region=region,
        kecamatan=kecamatan,
        kelurahan=kelurahan,
        age_groups=read_age_groups(kelurahan),
        beneficiary_groups=read_beneficiary_groups(),
        items=items,
        packs=read_packs(items),
        substitutions=read_substitutions(items),
        price_caps=read_price_caps(items),
        recipes=recipes,
        menu_days=read_menu_days(recipes),
        policy=read_policy(),
        defaults=read_defaults(),
    )
