"""Videos: frames in any order, as many as declared, from the bytes of the file alone."""

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.transfer_syntaxes import SUPPORTED, Codec
from readstation.adapters.decode.video_stream import VideoStream
from readstation.domain.errors import RefusedInputError
from tests.encapsulated_files import JPEG, items, save_fragments
from tests.golden.archive import stored_vectors

FRAMES = 5
DAMAGED = ("CORRUPT_FRAME", "CODESTREAM_MISMATCH", "TRUNCATED")
AVC, HEVC, MPEG_2 = JPEG + "102", JPEG + "107", JPEG + "100"
VIDEO = [syntax for syntax in SUPPORTED if syntax.codec is Codec.VIDEO]
OF_STREAM = {"mpg2": MPEG_2, "h264": AVC, "hevc": HEVC}


def vectors_of(uid):
    return [(row, v) for row, v in stored_vectors() if v.transfer_syntax_uid == uid]


def video(uid, kind=""):
    return next(v for row, v in vectors_of(uid) if row["options"].startswith(kind))


def save_video(path, vector, *, uid="", contents=(), **changes):
    said = {
        "NumberOfFrames": FRAMES,
        "PhotometricInterpretation": "YBR_PARTIAL_420",
        "Modality": "ES",
    }
    fragments = items(*(contents or [vector.codestream + b"\0" * (len(vector.codestream) % 2)]))
    values = np.zeros((vector.rows, vector.columns, 3), np.uint8)
    where = uid or vector.transfer_syntax_uid
    return save_fragments(path, where, fragments, values, **(said | changes))


def show_last(path):
    frames = open_frames(path)
    try:
        frames.check()
        frames.stored_values(frames.geometry.number_of_frames - 1)
    finally:
        frames.close()


def refused(path):
    with pytest.raises(RefusedInputError) as caught:
        show_last(path)
    return caught.value.code, caught.value.message


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(1)
    yield pool
    pool.close()


@pytest.mark.parametrize("syntax", VIDEO, ids=lambda syntax: syntax.uid.partition(".4.")[2])
def test_every_video_syntax_is_shown_frame_by_frame(tmp_path, workers, syntax):
    vector = video(OF_STREAM[syntax.stream])
    path = save_video(tmp_path / "a.dcm", vector, uid=syntax.uid)
    assert workers.inspect(path).number_of_frames == FRAMES
    expected = vector.expected().astype(int)
    for index in range(FRAMES):
        pixels, facts, *_ = workers.decode(path, index, as_shown=True)
        wanted = expected[..., 3 * index : 3 * index + 3]
        assert np.abs(pixels.astype(int) - wanted).max() <= vector.tolerance
        assert facts["bits_stored"] == 8


@pytest.mark.parametrize("kind", ["264", "mp4", "ts"])
def test_frames_come_out_the_same_in_any_order(tmp_path, kind):
    vector = next(
        v for row, v in vectors_of(AVC) if row["options"].startswith(f"{kind} -crf 8 -bf 2")
    )
    frames = open_frames(save_video(tmp_path / "a.dcm", vector))
    in_order = [frames.stored_values(i).copy() for i in range(FRAMES)]
    frames._reader._kept.clear()
    for index in (4, 0, 3, 1, 2, 4):
        frames._reader._kept.clear()
        np.testing.assert_array_equal(frames.stored_values(index), in_order[index])
    frames.close()


def test_playing_in_order_decodes_every_frame_once_and_stepping_back_none(tmp_path, monkeypatch):
    decoded = []
    for name in ("skip", "read"):
        working = getattr(VideoStream, name)
        monkeypatch.setattr(
            VideoStream, name, lambda self, w=working: (decoded.append(self.position), w(self))[1]
        )
    frames = open_frames(save_video(tmp_path / "a.dcm", video(AVC)))
    frames.check()
    for index in range(FRAMES):
        assert frames.steps_to(index) == 1
        frames.stored_values(index)
    assert frames.steps_to(FRAMES - 2) == 0
    frames.stored_values(FRAMES - 2)
    frames.close()
    assert [n for n in decoded if n < FRAMES][-FRAMES:] == list(range(FRAMES))


def test_kept_frames_are_bounded(tmp_path, monkeypatch):
    vector = video(AVC)
    size = vector.rows * vector.columns * 3
    monkeypatch.setattr("readstation.adapters.decode.video_frames.KEPT_BYTES", 2 * size)
    frames = open_frames(save_video(tmp_path / "a.dcm", vector))
    for index in range(FRAMES):
        frames.stored_values(index)
    assert len(frames._reader._kept) == 2
    assert frames.steps_to(0) == 1
    frames.close()


def test_a_video_in_many_fragments_is_one_stream(tmp_path):
    vector = video(AVC, "mp4")
    data = vector.codestream + b"\0" * (len(vector.codestream) % 2)
    cuts = [data[start : start + 100] for start in range(0, len(data), 100)]
    path = save_video(tmp_path / "a.dcm", vector, uid=AVC + ".1", contents=cuts)
    frames = open_frames(path)
    frames.check()
    assert frames.stored_values(4).shape == (vector.rows, vector.columns, 3)
    frames.close()


@pytest.mark.parametrize("stream", OF_STREAM.values(), ids=OF_STREAM)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Rows": 16}, "pixels, not"),
        ({"Columns": 16}, "pixels, not"),
        ({"NumberOfFrames": 6}, "5 pictures, not 6"),
        ({"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"}, "in colour"),
    ],
    ids=["rows", "columns", "frames", "samples"],
)
def test_a_video_that_contradicts_its_data_set_is_refused(tmp_path, stream, changes, words):
    code, message = refused(save_video(tmp_path / "a.dcm", video(stream), **changes))
    assert code == "CODESTREAM_MISMATCH"
    assert words in message


@pytest.mark.parametrize("declared", OF_STREAM.values(), ids=OF_STREAM)
@pytest.mark.parametrize("actual", OF_STREAM.values(), ids=OF_STREAM)
def test_another_coding_than_the_transfer_syntax_says_is_refused(tmp_path, declared, actual):
    path = save_video(tmp_path / "a.dcm", video(actual), uid=declared)
    if actual == declared:
        open_frames(path).close()
    else:
        assert refused(path)[0] == "CODESTREAM_MISMATCH"


def test_more_pictures_than_declared_are_shown_with_a_note(tmp_path):
    frames = open_frames(save_video(tmp_path / "a.dcm", video(AVC), NumberOfFrames=3))
    frames.check()
    frames.close()
    assert frames.notes == ("the video holds 5 pictures, not 3",)


def test_of_a_stereo_video_the_reader_is_told_that_one_view_is_shown(tmp_path):
    frames = open_frames(save_video(tmp_path / "a.dcm", video(AVC), uid=JPEG + "106"))
    frames.close()
    assert frames.notes == ("of this stereo video only the base view is shown",)


def test_a_video_that_ends_early_is_refused_where_it_ends(tmp_path):
    data = video(MPEG_2, "m2v").codestream
    path = save_video(tmp_path / "a.dcm", video(MPEG_2, "m2v"), contents=[data[: len(data) // 3]])
    frames = open_frames(path)
    with pytest.raises(RefusedInputError) as caught:
        frames.stored_values(FRAMES - 1)
    frames.close()
    assert caught.value.code in {"TRUNCATED", "CORRUPT_FRAME"}


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"RIFF\x24\0\0\0AVI LIST" + bytes(200),
        b"GIF89a" + bytes(200),
        b"\0\0\0\x18ftypmp42" + bytes(300),
        b"\0\0\0\x01" + bytes(range(256)) * 4,
        b"\0\0\x01\xb3" + b"\xff" * 400,
        b"\x47" + bytes(187) + b"\x47" + bytes(187) + b"\x47" + bytes(187),
        b"",
    ],
    ids=["playlist", "list of files", "AVI", "GIF", "MP4", "AVC", "MPEG-2", "transport", "empty"],
)
@pytest.mark.parametrize("uid", OF_STREAM.values(), ids=OF_STREAM)
def test_what_is_no_video_of_the_standard_is_refused(tmp_path, uid, content):
    path = save_video(tmp_path / "a.dcm", video(uid), contents=[content])
    assert refused(path)[0] in {"CORRUPT_FRAME", "CODESTREAM_MISMATCH", "TRUNCATED"}


def outcome_of(workers, path):
    try:
        return workers.decode(path, FRAMES - 1, as_shown=True)[0].shape
    except RefusedInputError as refused_file:
        return refused_file.code


@pytest.mark.parametrize("uid", OF_STREAM.values(), ids=OF_STREAM)
def test_damaged_videos_are_shown_or_refused_and_kill_no_worker(tmp_path, workers, uid):
    vector = video(uid)
    numbers, outcomes = np.random.default_rng(5), set()
    workers.inspect(save_video(tmp_path / "good.dcm", vector))
    for trial in range(20):
        data = bytearray(vector.codestream)
        for place in numbers.integers(0, len(data), 4):
            data[place] ^= int(numbers.integers(1, 256))
        path = save_video(tmp_path / f"{trial}.dcm", vector, contents=[bytes(data)])
        outcomes.add(outcome_of(workers, path))
    assert outcomes <= {(vector.rows, vector.columns, 3), *DAMAGED}
