"""How the letters of a file are written (I1): marks, UTF-8, UTF-16 without a mark, old code pages by their words."""

import codecs
import io
import unicodedata
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import IO

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 (little end first)"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 (big end first)"),
)
# The commonest first: between pages under which the text reads equally well, the earlier is taken.
OLD_CODE_PAGES = {"cp1252": "Windows-1252", "latin-1": "Latin-1", "cp437": "DOS code page 437",
                  "cp850": "DOS code page 850", "cp1250": "Windows-1250"}  # fmt: skip
# Other scripts: only when nearly everything that is not ASCII is a letter of that script.
_SCRIPTS = {"cp1253": ("GREEK", "Windows-1253 (Greek)"), "cp1251": ("CYRILLIC", "Windows-1251 (Cyrillic)"),
            "cp866": ("CYRILLIC", "DOS code page 866 (Cyrillic)"),
            "koi8-r": ("CYRILLIC", "KOI8-R (Cyrillic)")}  # fmt: skip
_WIDE_SCRIPTS = {"big5hkscs": "Big5", "gb18030": "GB 18030", "cp932": "Windows-932 (Japanese)", "euc_jp": "EUC-JP",
                 "cp949": "Windows-949 (Korean)"}  # fmt: skip
# The commonest signs of Chinese, in both spellings: a wrong page makes rare ones of them.
_COMMON_SIGNS = frozenset(
    "的一是不了在人有我他這这個个們们中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得於于着下自之年過过發发後后作里用道行所然"
    "家種种事成方多經经麼么去法學学如都同現现當当沒没動动面起看定天分還还進进好小部其些主樣样理心本前開开但因只從从想實实日者意無无力它與与長长"
    "把機机十民第公此已工使情明性知全三又關关點点正業业外將将兩两高間间由問问很最重並并物手應应向頭头文體体政美相見见被利二等產产或新己制身果加"
    "西月話话合回特代內内信表化老給给世位次度門门任常先海通教原東东聲声提立及比員员解水名真論论處处走義义各入幾几口認认條条平系氣气題题活更別别"
    "打女變变四神總总何電电數数安少報报才結结反受目太量再感建務务做接必場场件計计管期市直德資资命山金指許许統统區区保至隊队形社便空決决治展馬马"
    "科司五基眼書书非則则聽听白界達达光放強强即像難难且權权思王象完設设式色路記记南品住告類类求據据程北邊边死張张該该交規规萬万取省縣县號号街鄉乡"
)
_OPINION = 0.05


@dataclass(frozen=True)
class Encoding:
    """A codec, what it is called to a person, and how it treats bytes that are not its own."""

    codec: str
    how: str
    why: str
    errors: str = "strict"


def _odd_bytes(page: str, error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 read by the page of the rest; what even the page does not know stays a control letter."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    try:
        return raw.decode(page), error.end
    except UnicodeDecodeError:
        return raw.decode("latin-1"), error.end


for _page in ("latin-1", *OLD_CODE_PAGES):
    codecs.register_error(f"ops-{_page}", partial(_odd_bytes, _page))
for _page in _WIDE_SCRIPTS:
    codecs.register_error(f"ops-{_page}", partial(_odd_bytes, "latin-1"))


def marked(head: bytes) -> Encoding | None:
    """By the byte order mark."""
    for mark, codec, how in BOMS:
        if head.startswith(mark):
            return Encoding(codec, how, "it says so in its first bytes")
    return None


def unmarked_wide(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: zero bytes on one side of every pair only, and what comes out are letters."""
    sample = head[: len(head) & ~1]
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if len(sample) < 4 or not (odd or even) or (odd and even) or max(odd, even) < len(sample) // 50:
        return None
    codec, how = ("utf-16-le", "UTF-16 (little end first)") if odd else ("utf-16-be", "UTF-16 (big end first)")
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return None
    strange = sum(unicodedata.category(letter) in {"Cc", "Cn", "Co"} and letter not in "\r\n\t\f" for letter in text)
    if strange * 50 > len(text):
        return None
    return Encoding(codec, f"{how} without a mark", "every letter takes two bytes")


def of_unusual(unusual: bytes) -> Encoding:
    """The code page under which the lines that are no UTF-8 are words."""
    sample = unusual[:32768]
    if wide := _by_script(sample):
        return wide
    best = from_bytes(sample[:8192], cp_isolation=list(OLD_CODE_PAGES)).best()
    opinion = best.encoding.replace("_", "-") if best else ""
    scores = {
        page: _letters(sample, page) + _OPINION * (page == opinion) - _OPINION * 2 * order
        for order, page in enumerate(OLD_CODE_PAGES)
    }
    page = max(scores, key=lambda name: scores[name])
    return Encoding(page, OLD_CODE_PAGES[page], "its letters are words that way", f"ops-{page}")


def _by_script(sample: bytes) -> Encoding | None:
    for codec, (script, how) in _SCRIPTS.items():
        if _is_script(sample, codec, script):
            return Encoding(codec, how, "its letters are words that way", "ops-latin-1")
    if sum(byte > 0x7F for byte in sample) < 40:
        return None
    shares = {codec: _common_share(sample, codec) for codec in _WIDE_SCRIPTS}
    codec = max(shares, key=lambda name: shares[name])
    if shares[codec] < 0.1:
        return None
    return Encoding(codec, _WIDE_SCRIPTS[codec], "its letters are words that way", f"ops-{codec}")


def _common_share(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, errors="replace")
    letters = [c for c in text if not c.isascii()]
    # Signs stand beside signs; an accent of Europe read as half of one stands alone in its word.
    beside = sum(not a.isascii() and not b.isascii() for a, b in pairwise(text))
    if not letters or letters.count("�") > len(letters) * 0.04 or beside * 2 < len(letters):
        return 0.0
    usual = sum(c in _COMMON_SIGNS or "ぁ" <= c <= "ヿ" or "가" <= c <= "힣" for c in letters)
    return usual / len(letters)


def _is_script(sample: bytes, codec: str, script: str) -> bool:
    """Words of at least three letters, nearly all of the script, small letters mostly: so no French reads as Greek."""
    text = sample.decode(codec, errors="replace")
    letters = [c for c in text if not c.isascii()]
    ours = [c for c in letters if c.isalpha() and unicodedata.name(c, "").startswith(script)]
    if len(letters) < 8 or len(ours) < len(letters) * 0.95:
        return False
    small = sum(c.islower() for c in ours)
    words = [word for word in text.split() if not word.isascii()]
    whole = [word for word in words if len(word) > 2 and not any(c.isascii() and c.isalpha() for c in word)]
    jumps = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    return small >= len(ours) * 0.5 and len(whole) >= len(words) * 0.6 and jumps <= len(ours) * 0.03


def _letters(unusual: bytes, page: str) -> float:
    text = unusual.decode(page, errors="replace")
    marks = [i for i, letter in enumerate(text) if not letter.isascii()]
    if not marks:
        return 0.0
    return sum(_fits(text, i) for i in marks) / len(marks)


def _fits(text: str, i: int) -> float:
    """A letter between letters of the same size counts fully; a quotation mark or a euro outside a word somewhat."""
    letter, beside = text[i], text[max(0, i - 1) : i] + text[i + 1 : i + 2]
    if letter == "�" or ord(letter) < 0xA0:
        return -1.0
    if not letter.isalpha():
        return 0.4 if letter in "’‘“”–—•…€£°®™©½¼¾" and not beside.strip().isalpha() else 0.0
    joined = any(other.isalpha() for other in beside)
    jumps = letter.isupper() and any(other.islower() for other in text[max(0, i - 1) : i])
    return 0.2 if jumps else (1.0 if joined else 0.5)


class Letters:
    """Fed a file in chunks, it keeps what telling the encoding needs: a sample of the lines that are no UTF-8."""

    _SAMPLE = 1 << 18

    def __init__(self) -> None:
        self.is_utf8 = True
        self.plain = True  # nothing but ASCII
        self.unusual = b""
        self.mixed_good = self.mixed_bad = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._tail = b""
        self._good_before = b""

    def feed(self, chunk: bytes) -> None:
        if self.is_utf8:
            if self.plain and not chunk.isascii():
                self.plain = False
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self.is_utf8 = False
                self._sort(self._good_before)
            else:
                if not self.plain and len(self._good_before) < self._SAMPLE:
                    self._good_before += chunk[: self._SAMPLE]
        if not self.is_utf8 and len(self.unusual) < self._SAMPLE:
            self._sort(chunk)

    def _sort(self, chunk: bytes) -> None:
        bad: list[bytes] = []
        for line in chunk.replace(b"\r", b"\n").split(b"\n"):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                self.mixed_good += 1
            except UnicodeDecodeError:
                self.mixed_bad += 1
                bad.append(line)
        if bad:
            self.unusual += (b"\n" + b"\n".join(bad))[: self._SAMPLE]

    def ends_whole(self) -> bool:
        """Whether the last letter arrived; only for what is UTF-8 up to there."""
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def encoding(self) -> Encoding:
        """UTF-8, an old code page, or UTF-8 with lines of an old page pasted in."""
        if self.is_utf8:
            why = "it has nothing but plain letters" if self.plain else "every letter of it is valid UTF-8"
            return Encoding("utf-8", "UTF-8", why)
        page = of_unusual(self.unusual)
        # Lines cut by the edges of chunks look bad though they are good: most good lines decide.
        if self.mixed_good > max(self.mixed_bad, 2):
            return Encoding("utf-8", f"UTF-8 mixed with {page.how}", "most of its lines are UTF-8, and some are not",
                            page.errors if page.errors != "strict" else "ops-latin-1")  # fmt: skip
        return page


def text_of(stream: IO[bytes], encoding: Encoding) -> io.TextIOWrapper:
    """The stream as text, its line ends as they are."""
    return io.TextIOWrapper(stream, encoding.codec, errors=encoding.errors, newline="")
