"""What Huimin is made of: the locked packages it runs on, their licences, and the bill of materials."""

from tools.supply.closure import Package, licence_of, runtime_packages
from tools.supply.sbom import bill_of_materials

__all__ = ["Package", "bill_of_materials", "licence_of", "runtime_packages"]
