"""What SQL masks and hashes is what `identity` masks and hashes."""

from datetime import date

import duckdb
import pytest

from huimin.clues.masks import lay_masks
from huimin.identity import keyed_hash, mask_account, mask_id, mask_ids_in, mask_name, mask_plate
from unit.work_database import SECRET

VALUES = (
    "",
    "王",
    "王一",
    "欧阳娜娜",
    "阿依古丽·买买提",
    "429999195001010012",
    "4299991950010100",
    "鄂A12345",
    "鄂AD12345",
    "6217",
    "62170001",
    "𬱖中",
)


def laid(secret: bytes = SECRET) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    lay_masks(con, secret)
    return con


@pytest.mark.parametrize(
    ("macro", "function"),
    [
        ("masked_id", mask_id),
        ("masked_name", mask_name),
        ("masked_account", mask_account),
        ("masked_plate", mask_plate),
    ],
)
def test_masks_agree(macro: str, function: object) -> None:
    con = laid()
    for value in VALUES:
        assert con.execute(f"select {macro}(?::varchar)", [value]).fetchone() == (function(value),)  # type: ignore[operator]
    assert con.execute(f"select {macro}(null::varchar)").fetchone() == (None,)


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 64, b"y" * 65, bytes(range(256))])
def test_keyed_hashes_agree(secret: bytes) -> None:
    con = laid(secret)
    for value in VALUES:
        found = con.execute("select keyed('person', ?::varchar)", [value]).fetchone()
        assert found == (keyed_hash(secret, "person", value),)
    assert con.execute("select keyed('person', null::varchar), keyed(null, 'x')").fetchone() == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("残疾证42999919500101001244", "残疾证429999************44"),
        ("G42999919500101001X", "G429999************"),
        ("914403001922038216", "914403001922038216"),
        ("2022/东街//道路硬化", "2022/东街//道路硬化"),
        ("４２９９９９１９５００１０１００１Ｘ", "４２９９９９************"),
        ("甲429999500101001，429999500101002", "甲429999*********，429999*********"),
        ("导出202308150112233", "导出202308150112233"),
        ("卡6217910000063000189 6217910000063000", "卡****0189 ****3000"),
        ("621791000006300018901", "621791000006300018901"),
        ("鄂A12345、粤BD12345，沪AF1234学", "鄂A****5、粤B****5，沪A****学"),
        ("LSVAA10000000001", "LSVAA10000000001"),
        ("电话13812345678", "电话***********"),
        ("13812345678，１９９12345678", "***********，***********"),
        ("12812345678", "12812345678"),
        ("138123456789", "138123456789"),
        ("027-87654321、0710－3654321", "***********、***********"),
        ("02787654321", "02787654321"),
        ("2023-08-01", "2023-08-01"),
        # in groups, as people write long numbers
        ("低保429999 19500101 0012 王五", "低保429999************ 王五"),
        ("429999-19500101-001X.csv", "429999************.csv"),
        ("4299 9919 5001 0100 12", "4299 99************"),
        ("４２９９９９　１９５００１０１　００１Ｘ", "４２９９９９************"),
        ("429999_1950_0101_0012", "429999************"),
        ("429999 19500101 0012，429999 19500202 0022", "429999************，429999************"),
        ("429999 500101 001", "429999*********"),
        ("卡6217 9100 0006 3000 189、6217-9100-0006-3000", "卡****、****"),
        ("138 1234 5678，138-1234-5678", "***********，***********"),
        # with characters that nobody sees
        ("4299\u200b9919500101\u20600012", "429999************"),
        ("\ufeff138\u200b12345678", "\ufeff***********"),
        # what only looks alike: dates, months and numbers of lists
        ("202308-20230801-1234", "202308-20230801-1234"),
        ("20230801 20230831 0012", "20230801 20230831 0012"),
        ("13-20230801-1", "13-20230801-1"),
        ("62-20230801-20230831", "62-20230801-20230831"),
        ("429999 - 19500101 - 0012", "429999************"),
        ("429999    19500101    0012", "429999    19500101    0012"),
        ("421000-230801-001", "421000-230801-001"),
        ("4200.00 1998.00 1201.00", "4200.00 1998.00 1201.00"),
    ],
)
def test_identifiers_inside_texts_are_masked(text: str, expected: str) -> None:
    assert laid().execute("select scrubbed(?::varchar)", [text]).fetchone() == (expected,)
    assert mask_ids_in(text) == expected


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("23422000000012", "****0012"),
        ("1234", "****"),
        ("", "****"),
        ("42999919500101001244", "****"),  # a disability certificate is an ID number and two digits
        ("G42999919500101001X", "****"),  # so is a school register number
        ("号429999500101001", "****"),
        ("429999 19500101 0012", "****"),
        ("SH20231234", "****1234"),
        ("鄂农机12-07号", "****-07号"),
        ("第3号东湖12", "****"),
        ("12345呼延*灼", "****"),  # clerks write a name behind a number
        ("张三的", "****"),
        ("SH20\n张三", "****"),
        (None, None),
    ],
)
def test_codes_show_their_end_unless_an_id_number_or_a_name_is_in_it(code: str | None, shown: str | None) -> None:
    assert laid().execute("select masked_code(?::varchar)", [code]).fetchone() == (shown,)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "shown"),
    [
        ("2023-08-01", "2023-08-31", "2023年8月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2023-01-01", "2023-12-31", "2023年"),
        ("2023-02-01", "2023-07-31", "2023年春季学期"),
        ("2023-09-01", "2024-01-31", "2023年秋季学期"),
        ("2023-08-05", "2023-08-05", "2023年8月5日"),
        ("2023-08-01", "2023-08-01", "2023年8月1日"),
    ],
)
def test_periods_in_chinese(starts_on: str, ends_on: str, shown: str) -> None:
    days = [date.fromisoformat(starts_on), date.fromisoformat(ends_on)]
    assert laid().execute("select shown_day($1, form_of($1, $2))", days).fetchone() == (shown,)
