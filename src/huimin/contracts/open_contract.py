"""A roster's contract in the Open Data Contract Standard (ODCS v3.2.0, https://bitol-io.github.io)."""

from collections.abc import Mapping

from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    Description,
    EnumValue,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    ServiceLevelAgreementProperty,
    Synonym,
    Team,
)

from huimin.cells.types import AS_IT_IS, DATE, MONTH
from huimin.contracts.contract import Column, Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.contracts.json_schema import json_type

STANDARD = "v3.2.0"
EVERY: Mapping[str, tuple[int, str] | None] = {
    "month": (1, "month"), "year": (1, "year"), "term": (6, "month"), "event": None, "register": None,
}  # fmt: skip
"""How often a roster is due by its period; None: when something happens, or as agreed."""


def open_contract(contract: Contract) -> OpenDataContractStandard:
    """The contract for any tool that reads the standard: columns, titles, types, expectations, how often it is due."""
    every = EVERY[contract.period]
    of_no_column = [one for one in contract.expectations if one.column is None or one.column in DELIVERY_COLUMNS]
    table = SchemaObject(
        name=contract.roster,
        businessName=contract.title,
        logicalType="object",
        physicalType="table",
        dataGranularityDescription="、".join(contract.column(name).titles[0] for name in contract.key)
        + " 同一期内唯一",
        properties=[property_of(column, contract) for column in contract.columns],
        quality=[quality_of(one) for one in of_no_column] or None,
    )
    return OpenDataContractStandard(
        apiVersion=STANDARD,
        kind="DataContract",
        id=f"huimin-{contract.roster}",
        name=contract.title,
        version=contract.digest[:12],
        status="active",
        domain=contract.department,
        description=Description(purpose="惠民惠农补贴发放监督的数据比对", limitations="含个人信息，仅限监督核查使用"),
        schema=[table],
        team=Team(name=contract.department_title),
        slaProperties=[ServiceLevelAgreementProperty(property="frequency", value=every[0], unit=every[1])]
        if every
        else None,
        customProperties=[CustomProperty(property="kind", value=contract.kind)],
    )


def property_of(column: Column, contract: Contract) -> SchemaProperty:
    """One column; expectations of it stand with it, its further titles are synonyms."""
    own = [quality_of(one) for one in contract.expectations if one.column == column.name]
    about = {"type": column.type.name} | ({"unit": column.unit} if column.unit else {})
    return SchemaProperty(
        name=column.name,
        businessName=column.titles[0],
        description=column.type.accepts,
        logicalType="date" if column.type.family == "day" else json_type(column),
        physicalType=column.type.sql,
        logicalTypeOptions={"format": "yyyy-MM-dd"} if column.type in (DATE, MONTH) else None,
        required=column.required,
        classification="internal" if column.mask is AS_IT_IS else "restricted",
        enum=[EnumValue(value=value) for value in column.values] or None,
        synonyms=[Synonym(synonym=title, locale="zh-CN") for title in column.titles[1:]] or None,
        quality=own or None,
        customProperties=[CustomProperty(property=name, value=value) for name, value in about.items()],
    )


def quality_of(stated: Expectation) -> DataQuality:
    """The expectation, as Great Expectations states it."""
    column = {"column": stated.column} if stated.column else {}
    return DataQuality.model_validate(
        {
            "type": "custom",
            "engine": "great-expectations",
            "severity": stated.severity,
            "implementation": {"type": stated.type, "kwargs": {**column, **dict(stated.kwargs)}},
        }
    )
