"""A synthetic district: people who do not exist, rosters as departments deliver them, and what was planted in them."""

from huimin.district.build import RUN_DATE, District, build_district
from huimin.district.write import write_district, write_truth

__all__ = ["RUN_DATE", "District", "build_district", "write_district", "write_truth"]
