"""The run for people: one HTML page and the same as a workbook, in Chinese, and the district's form for the terminal."""

from huimin.report.form import statistics_table
from huimin.report.page import reason_text, write_report

__all__ = ["reason_text", "statistics_table", "write_report"]
