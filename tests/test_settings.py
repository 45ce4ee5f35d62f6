from __future__ import annotations

from pathlib import Path

import pytest
from core_support import PROJECT

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = {
        line.split("`")[1]: line
        for line in (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `PMR_")
    }
    assert set(rows) == {f"PMR_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default_factory is None and field.default is not None:
            assert f"`{field.default}`" in rows[f"PMR_{name.upper()}"], name
        assert field.description, name


BAD = [
    ("PMR_COUNTRY", "U"),
    ("PMR_PRACTICE_NAME", "x" * 81),
    ("PMR_ANSWER_SENTENCES", "0"),
    ("PMR_ANSWER_SENTENCES", "7"),
    ("PMR_ANSWER_SENTENCES", "many"),
    ("PMR_ANSWER_SENTENCES", "2.5"),
    ("PMR_MAX_MESSAGE_CHARS", "199"),
    ("PMR_MAX_MESSAGE_CHARS", "1e9"),
    ("PMR_CHROMA_URL", "localhost:8000"),
    ("PMR_CHROMA_URL", "ftp://localhost"),
    ("PMR_CHROMA_URL", "http://"),
    ("PMR_CHROMA_URL", "http://[::1"),
    ("PMR_FEEDBACK_FILE", "feedback.jsonl"),
    ("PMR_STAFF", "perhaps"),
    ("PMR_STAFF_EMAILS", "ann"),
    ("PMR_KEEP_QUESTIONS_DAYS", "366"),
    ("PMR_KEEP_QUESTIONS_DAYS", "-1"),
    ("PMR_QUESTIONS_FILE", "questions.jsonl"),
    ("PMR_MODEL", "llama3.2"),
    ("PMR_MODEL_URL", "localhost:11434"),
    ("PMR_MODEL_TIMEOUT", "0"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert f"{name}: " in str(caught.value)
    assert value in str(caught.value)
    assert ".env" in caught.value.next_step


def test_all_bad_values_are_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "9")
    monkeypatch.setenv("PMR_CHROMA_URL", "nowhere")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert "PMR_ANSWER_SENTENCES" in str(caught.value)
    assert "PMR_CHROMA_URL" in str(caught.value)


def test_addresses_are_a_list_with_commas_in_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PMR_STAFF_EMAILS", " Ann@Practice.example, ,bo@x.example,ann@practice.example"
    )
    assert load_settings().staff_emails == ("ann@practice.example", "bo@x.example")
    monkeypatch.setenv("PMR_STAFF_EMAILS", " ")
    assert load_settings().staff_emails == ()


def test_two_kinds_of_records_need_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QUESTIONS", "FEEDBACK"):
        monkeypatch.setenv(f"PMR_{name}_FILE", str(tmp_path / "one.jsonl"))
    with pytest.raises(SettingsInvalid, match="PMR_QUESTIONS_FILE and PMR_FEEDBACK_FILE"):
        load_settings()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "PMR_CHROMA_TOKEN needs PMR_CHROMA_URL"),
        ("http://chroma.example:8000", "begins with https"),
    ],
)
def test_a_key_goes_only_where_nobody_else_can_read_it(
    monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.setenv("PMR_CHROMA_TOKEN", "secret-key")
    monkeypatch.setenv("PMR_CHROMA_URL", url)
    with pytest.raises(SettingsInvalid, match=says) as caught:
        load_settings()
    assert "secret-key" not in str(caught.value)
    for private in ("https://chroma.example", "http://localhost:8000"):
        monkeypatch.setenv("PMR_CHROMA_URL", private)
        settings = load_settings()
        assert "secret-key" not in f"{settings!r} {settings.model_dump_json()}"


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.country == "US"
    assert settings.chroma_url is None
    assert settings.corpus_dir == PROJECT / "corpus"


@pytest.mark.parametrize(
    "name", ["CHROMA_URL", "EMBEDDING_MODEL", "PRACTICE_PHONE", "FEEDBACK_FILE"]
)
def test_blank_means_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PMR_{name}", "  ")
    assert getattr(load_settings(), name.lower()) is None


def test_an_empty_line_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PMR_DATA_DIR=\n", encoding="utf-8")
    for name in Settings.model_fields:
        monkeypatch.setenv(f"PMR_{name.upper()}", "")
    monkeypatch.delenv("PMR_DATA_DIR")
    settings = load_settings()
    assert settings.data_dir == PROJECT / "data"
    assert settings.corpus_dir == PROJECT / "corpus"
    assert settings.country == "US"


def test_a_dotenv_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(
        "PMR_COUNTRY=uk\nPMR_PRACTICE_NAME=Älpine Klinik\nOTHER=1\n", encoding="utf-8"
    )
    monkeypatch.setenv("PMR_PRACTICE_NAME", "From outside")
    settings = load_settings()
    assert settings.country == "UK"
    assert settings.practice_name == "From outside"


def test_overrides_win_and_none_is_no_override(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_DATA_DIR", "elsewhere")
    assert load_settings(data_dir=tmp_path).data_dir == tmp_path
    assert load_settings(data_dir=None).data_dir == Path("elsewhere")


def test_folders_in_the_current_folder_come_before_the_projects(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    assert load_settings().corpus_dir == Path("corpus")


def test_a_password_in_an_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PMR_MODEL_URL", "https://me:hunter2@models.example/v1")
    with pytest.raises(SettingsInvalid, match="no name or password") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
