"""The run for people: one HTML page and the same as a workbook, in Chinese, and the form for the terminal."""

from huimin.report.book import write_workbook
from huimin.report.content import Content, gather_content
from huimin.report.form import statistics_table
from huimin.report.monthly import MonthlyReport, write_monthly
from huimin.report.page import write_page

__all__ = [
    "Content",
    "MonthlyReport",
    "gather_content",
    "statistics_table",
    "write_monthly",
    "write_page",
    "write_workbook",
]
