"""The fast scan of headers: the raw values that pydicom finds, or nothing."""

import os
import random
import struct
import subprocess
import sys
import time
import warnings
from collections import Counter
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement

from readstation.adapters.dicom import header_memory
from readstation.adapters.dicom.attributes import PARSE_FAILURES, quiet_parsing
from readstation.adapters.dicom.header_scan import UnusualHeaderError
from readstation.adapters.dicom.index_scan import INDEX_TAGS, IndexScan
from tests.dicom_files import make_image, save, save_image
from tests.hostile.draft import Draft
from tests.hostile.trials import numbered, seeds_by_name


def scan_index(head, size):
    return IndexScan().scan(head, size)


def scan_file(path):
    return IndexScan().scan_file(path)


EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
CHARACTER_SET = 0x00080005
PIXEL_DATA = 0x7FE00010
TRIALS = 3000
FIRST = int(os.environ.get("READSTATION_FUZZ_FROM", "0"))
"""Set it to look at other files than those of every run; what fails goes into the corpus."""
CORPUS = Path(__file__).parents[2] / "data" / "header_scan_corpus.txt"
MOST_S = 0.5
HEADS = (300, 700, 2048, 8192)


def raw_values(content):
    """Return what pydicom finds, as bytes; None where it refuses the file."""
    with quiet_parsing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = pydicom.dcmread(BytesIO(content), stop_before_pixels=True)
        except (*PARSE_FAILURES, pydicom.errors.InvalidDicomError, EOFError):
            return None
        uid = found.file_meta.get("TransferSyntaxUID", "")
        return str(uid), {tag: raw_value(found, tag) for tag in INDEX_TAGS if tag in found}


def raw_value(dataset, tag):
    element = dataset.get_item(tag, keep_deferred=True)
    if isinstance(element, RawDataElement):
        return element.value or b""
    return element.value if tag == CHARACTER_SET else "a sequence"


def compare(content, head=None):
    """Compare the scan of a file with pydicom; return whether the scan took it."""
    began = time.thread_time()
    try:
        found = scan_index(content[:head] if head else content, len(content))
    except UnusualHeaderError:
        return False
    finally:
        assert time.thread_time() - began < MOST_S
    expected = raw_values(content)
    assert expected is not None, "pydicom refuses what the scan takes"
    assert found.transfer_syntax_uid == expected[0]
    assert found.values.keys() == expected[1].keys()
    for tag, value in expected[1].items():
        if isinstance(value, bytes):
            assert found.values[tag] == value, f"{tag:08X}"
        else:
            assert tag == CHARACTER_SET
            words = found.values[tag].decode("latin-1").rstrip("\0 ")
            told = [value] if isinstance(value, str) else value or [""]
            assert [part.strip() for part in words.split("\\")] == [
                str(part).strip() for part in told
            ]
    return True


def test_every_real_file_is_read_as_pydicom_reads_it_or_not_at_all(shared_data):
    taken = Counter(
        compare(path.read_bytes(), head)
        for path in sorted(shared_data.rglob("*"))
        if path.is_file()
        for head in (None, 8192)
    )
    print(taken)
    assert taken[True] > 1000


def corpus():
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield int(line)


def test_files_that_once_showed_a_defect_stay_right():
    for number in corpus():
        judge(number)


def judge(number):
    """Judge one mutated file, whole and beginning with a head that may be too short."""
    content = numbered(number).make().content()
    return compare(content), compare(content, random.Random(number).choice(HEADS))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mutated_files_are_read_as_pydicom_reads_them_or_not_at_all():
    taken, wrong = Counter(), []
    for number in range(FIRST, FIRST + TRIALS):
        try:
            taken[judge(number)[0]] += 1
        except (AssertionError, LookupError, ValueError, TypeError) as problem:
            wrong.append(f"{number}  # {numbered(number)}: {problem!r:.200}")
    assert not wrong, f"Add these lines to {CORPUS.name} and mend:\n" + "\n".join(wrong)
    assert taken[True] > TRIALS // 4, taken


def explicit(tag, vr, value, *, length=None):
    length = len(value) if length is None else length
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    if vr in {b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC"}:
        return head + struct.pack("<HL", 0, length) + value
    return head + struct.pack("<H", length) + value


def implicit(tag, _vr, value, *, length=None):
    length = len(value) if length is None else length
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, length) + value


def file_of(body, syntax=EXPLICIT):
    uid = syntax.encode()
    meta = explicit(0x00020010, b"UI", uid + b"\0" * (len(uid) % 2))
    group = explicit(0x00020000, b"UL", struct.pack("<L", len(meta)))
    return bytes(128) + b"DICM" + group + meta + body


ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
TEXT_VRS = [b"LO", b"CS", b"UI", b"DS", b"PN", b"SH", b"US", b"UN", b"OB", b"UT"]
TAGS = sorted(INDEX_TAGS | {0x00080000, 0x00090010, 0x00091001, 0x00181030, 0x00290010, 0x00324000})


@st.composite
def elements(draw, encode, depth=0):
    """Return the bytes of elements in ascending order, some of them sequences."""
    made = []
    for tag in sorted(draw(st.sets(st.sampled_from(TAGS), max_size=12))):
        if depth < 3 and tag not in INDEX_TAGS and draw(st.integers(0, 3)) == 0:
            made.append(draw(sequence(encode, tag, depth)))
        else:
            vr = draw(st.sampled_from(TEXT_VRS)) if tag != CHARACTER_SET else b"CS"
            value = b"ISO_IR 192" if tag == CHARACTER_SET else draw(st.binary(max_size=80))
            made.append(encode(tag, vr, value))
    return b"".join(made)


@st.composite
def sequence(draw, encode, tag, depth):
    items = []
    for _ in range(draw(st.integers(0, 3))):
        inner = draw(elements(encode, depth + 1))
        if draw(st.booleans()):
            items.append(implicit(ITEM, b"", inner))
        else:
            end = implicit(ITEM_END, b"", b"")
            items.append(implicit(ITEM, b"", inner, length=UNDEFINED) + end)
    value = b"".join(items)
    if draw(st.booleans()):
        return encode(tag, b"SQ", value)
    return encode(tag, b"SQ", value, length=UNDEFINED) + implicit(SEQUENCE_END, b"", b"")


@st.composite
def files(draw):
    syntax, encode = draw(st.sampled_from([(EXPLICIT, explicit), (IMPLICIT, implicit)]))
    body = draw(elements(encode))
    if draw(st.booleans()):
        body += encode(PIXEL_DATA, b"OW", draw(st.binary(max_size=20)))
    return file_of(body, syntax)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(files(), st.integers(140, 2000))
def test_generated_headers_are_read_as_pydicom_reads_them_or_not_at_all(content, head):
    compare(content)
    compare(content, head)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(files(), st.lists(st.tuples(st.integers(132, 4000), st.integers(0, 255)), max_size=4))
def test_a_few_wrong_bytes_make_no_difference_to_pydicom(content, changes):
    damaged = bytearray(content)
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    compare(bytes(damaged))


def test_a_value_that_is_cut_off_is_not_taken():
    for encode, syntax in ((explicit, EXPLICIT), (implicit, IMPLICIT)):
        content = file_of(encode(0x00080060, b"CS", b"CT"), syntax)
        assert takes(content)
        assert not takes(content[:-1])


def test_explicit_elements_under_an_implicit_transfer_syntax_are_left_to_pydicom():
    empty = explicit(0x00080060, b"CS", b"")  # its VR, read as a length, passes over what follows
    rest = explicit(0x00100020, b"LO", b"ID") + bytes(int.from_bytes(b"CS", "little") - 10)
    assert not compare(file_of(empty + rest, IMPLICIT))


def test_an_unnamed_value_that_may_end_at_another_delimiter_is_left_to_pydicom():
    end = implicit(SEQUENCE_END, b"", b"")
    inner = implicit(0x00081140, b"", b"", length=UNDEFINED) + end
    item = implicit(ITEM, b"", inner, length=UNDEFINED) + implicit(ITEM_END, b"", b"")
    text = implicit(0x00181030, b"", item, length=UNDEFINED) + end
    more = implicit(0x00200010, b"", b"1 ") + implicit(0x00200011, b"", b"2 ")
    assert not compare(file_of(text + more, IMPLICIT))


@pytest.mark.parametrize("name", [b"\0SO_IR 192", b"\xc2SO_IR 192", b"ISO\0IR 192"])
def test_a_character_set_that_no_name_stands_for_is_left_to_pydicom(name):
    content = file_of(explicit(0x00080005, b"CS", name) + explicit(0x00080060, b"CS", b"CT"))
    assert not takes(content)


def test_a_command_set_before_the_data_set_is_left_to_pydicom():
    content = file_of(explicit(0x00000000, b"LO", b"") + explicit(0x00080060, b"CS", b"CT"))
    assert not compare(content)


@pytest.mark.parametrize("uid", ["1.2.840.10008.1.2.1\t", "\t1.2.840.10008.1.2", "1.2 3", "x"])
def test_a_transfer_syntax_that_is_no_uid_is_left_to_pydicom(uid):
    assert not compare(file_of(explicit(0x00080060, b"CS", b"CT"), uid))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400))
def test_any_bytes_after_the_mark_end_in_values_or_a_refusal(rest):
    compare(bytes(128) + b"DICM" + rest)
    compare(file_of(rest))
    compare(file_of(rest, IMPLICIT))


def outcome(scan, content, head):
    try:
        return scan(content[:head], len(content))
    except UnusualHeaderError as unusual:
        return unusual.needs_more


def assert_remembered(first, then, head=None):
    """Whatever was scanned before, a scan gives what one without a memory gives."""
    memory = IndexScan()
    for _ in range(header_memory.FIRST_AFTER_MISSES):
        outcome(memory.scan, first, None)
    for content in (then, first, then):
        assert outcome(memory.scan, content, head) == outcome(scan_index, content, head)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(files(), st.lists(st.tuples(st.integers(128, 4000), st.integers(0, 255)), max_size=3))
def test_headers_that_resemble_one_another_are_not_taken_for_one_another(content, changes):
    damaged = bytearray(content)
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    assert_remembered(content, bytes(damaged))


@pytest.mark.slow
def test_a_mutated_file_is_scanned_alike_after_the_undamaged_one():
    for number in range(FIRST, FIRST + TRIALS):
        trial = numbered(number)
        undamaged = Draft(seeds_by_name()[trial.seed], (), random.Random()).content()
        assert_remembered(undamaged, trial.make().content())


def test_the_slices_of_a_series_are_scanned_by_memory(tmp_path, monkeypatch):
    paths = [
        save_image(
            tmp_path / f"{number}.dcm",
            SOPInstanceUID=f"2.25.4711.3.{number}",
            InstanceNumber=number,
            ImageComments="x" * (1 + number // 30),
        )
        for number in range(100)
    ]
    walks = []
    walk = header_memory.scan_header
    monkeypatch.setattr(
        header_memory, "scan_header", lambda *given: walks.append(1) or walk(*given)
    )
    scan = IndexScan()
    found = [scan.scan_file(path).values[0x00200013] for path in paths]
    assert [int(value) for value in found] == list(range(100))
    assert len(walks) < 10


def test_a_plain_file_is_taken(tmp_path):
    path = save_image(tmp_path / "a.dcm", PatientComments="x" * 3000)
    found = scan_file(path)
    assert found.values[0x0020000D] == b"2.25.4711.1\0"
    assert found.values[0x00280010] == b"\x08\x00"
    assert compare(path.read_bytes())


def test_a_header_longer_than_the_first_bytes_is_taken(tmp_path):
    path = save_image(tmp_path / "a.dcm", TextValue="x" * 100_000)
    assert scan_file(path).pixel_offset > 100_000


def test_a_header_of_a_megabyte_is_left_to_pydicom(tmp_path):
    path = save_image(tmp_path / "a.dcm", TextValue="x" * 1_100_000)
    with pytest.raises(UnusualHeaderError):
        scan_file(path)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_an_element_that_runs_past_the_end_is_not_taken(syntax, tmp_path):
    image = make_image()
    image.file_meta.TransferSyntaxUID = syntax
    image["PixelData"].VR = "OW"
    del image.PixelData
    content = save(image, tmp_path / "a.dcm").read_bytes()
    whole = {length for length in range(132, len(content) + 1) if takes(content[:length])}
    assert len(content) in whole
    values = {length: scan_index(content[:length], length).values for length in whole}
    assert all(raw_values(content[:length])[1].keys() == v.keys() for length, v in values.items())


def takes(content):
    try:
        scan_index(content, len(content))
    except UnusualHeaderError:
        return False
    return True


def test_a_million_elements_take_no_time_to_speak_of():
    element = explicit(0x00091001, b"LO", b"")
    head = file_of(element * 130_000)[: 1024 * 1024]
    began = time.thread_time()
    with pytest.raises(UnusualHeaderError):
        scan_index(head, 10**8)
    nested = b"".join(
        explicit(0x00081140, b"SQ", b"", length=UNDEFINED)
        + implicit(ITEM, b"", b"", length=UNDEFINED)
        for _ in range(40_000)
    )
    with pytest.raises(UnusualHeaderError):
        scan_index(file_of(nested), 10**8)
    assert time.thread_time() - began < MOST_S


def test_scanning_loads_no_pydicom():
    code = "import readstation.adapters.dicom.index_scan, sys; sys.exit('pydicom' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": "src"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
