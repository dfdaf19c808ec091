"""Golden token ids: what the `tokenizers` library makes of hostile texts, for the tests of the byte-level BPE tokenizer.

    python training/golden_tokenizer.py small tests/golden/qwen_tokenizer
    python training/golden_tokenizer.py full FOLDER [--count N]

`small` trains a vocabulary of a few hundred merges with Qwen2's normalizer, pre-tokenizer and special tokens, and writes
it in both layouts of transformers (tokenizer.json; vocab.json, merges.txt and added_tokens.json in `separate/`) with
cases.txt. `full` writes cases.txt beside the tokenizer.json of a real model; the engine's tests read that folder when
PENJING_QWEN_TOKENIZER names it. Needs tokenizers.

A line of cases.txt is the text's UTF-8 as hexadecimal digits, a tab and the ids with spaces between them.
"""
from __future__ import annotations

import argparse
import json
import random
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
           r"\s+(?!\S)|\s+")
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
            "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>",
            "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>",
            "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>",
            "</tool_response>", "<think>", "</think>"]
PREFIX = "<|im_start|>user\n"
SUFFIX = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
MERGES = 600

SENTENCES = [
    "A small tree grows in a tray; its owner's patience shapes it, and they'll say it isn't finished.",
    "user assistant think bonsai picture of a red apple on a white background, soft morning light, 35mm",
    "Ein kleiner Baum wächst in einer Schale, und die Geduld der Gärtnerin formt ihn über viele Jahre.",
    "Un petit arbre pousse dans un plateau ; la patience du jardinier lui donne sa forme, année après année.",
    "Un árbol pequeño crece en una bandeja y la paciencia de su dueña le da forma año tras año. ¿Lo ves?",
    "Маленькое дерево растёт на подносе, и терпение садовника придаёт ему форму.",
    "Ένα μικρό δέντρο μεγαλώνει σε έναν δίσκο και η υπομονή του κηπουρού του δίνει σχήμα.",
    "شجرة صغيرة تنمو في صينية، وصبر صاحبها يمنحها شكلها عاما بعد عام.",
    "עץ קטן גדל במגש, והסבלנות של הגנן נותנת לו צורה.",
    "एक छोटा पेड़ थाली में उगता है और माली का धैर्य उसे आकार देता है।",
    "ต้นไม้เล็กๆ เติบโตในถาด และความอดทนของคนสวนทำให้มันเป็นรูปเป็นร่าง",
    "一棵小树长在盆里，园丁的耐心年复一年地塑造它。盆景是一门古老的艺术。",
    "小さな木がお盆の中で育ち、庭師の忍耐が形を与える。カタカナも少し。",
    "작은 나무가 쟁반에서 자라고 정원사의 인내가 모양을 준다.",
    "Một cái cây nhỏ mọc trên khay và sự kiên nhẫn của người làm vườn tạo hình cho nó.",
    "Küçük bir ağaç tepside büyür; bahçıvanın sabrı ona yıllar içinde şekil verir.",
    "პატარა ხე იზრდება ლანგარზე. Փոքրիկ ծառը աճում է սկուտեղի վրա։",
    "A list:\n\n- one\n\n- two\n\n- three\n\n- four\n\n\n- five\n\n\n- six\n\n",
    "1234567890 3.14159 2^10 = 1024; x != y && z >= 0 || !w;   \t\n\n  if (a[i] < b) { return 0; }\r\n",
]

HAND_WRITTEN = [
    "", " ", "  ", "   a", "a ", "a  ", "\n", "\r\n", "\n\n\n", " \n", "\n ", "\n  x", "  \n  x", "\t\tx", "a\n b", "x \r\n y",
    "\u00a0", "\u00a0\u00a0a", "\u3000\u3000木", "\u2028a", "\u2029\n", "\x85x", "\x0b\x0c", "\x1cx", "\u200bx", "\ufeffx", "\u180ex",
    "a red apple", "Hello world", " leading", "trailing ", "two  spaces", "tabs\tand\nlines",
    "'s", "'S", "'\u017f", "it's", "IT'S", "it'\u017f", "can't CAN'T we're WE'RE 'Re 'rE", "I've I'VE I'm I'M she'll SHE'LL 'lL he'd HE'D",
    "'k '\u212a '\u212aelvin", "'st 'sx 'ss 'tt 'llama 'restore", "''s '''", "\u2019s it\u2019s", "'\u00df '\u1e9e '\ufb06", "'l", "'r", "'v", "'le", "'",
    "0123456789", "a1b2", "1,000.50", "٠١٢٣٤٥٦٧٨٩", "०१२३", "①②③ ½ Ⅻ ⅻ", "x²", "一二三", "\u3007", "𝟘𝟙𝟚", "1 2  3\n4",
    "!!!", " !!!", "  !!!", "?!\n\n", " ...\r\nx", "->>= <<", "#a #1 # ", "@user", "a_b", "_", "__init__", "C++ & C#", "(a)", "[1]",
    "e\u0301", "\u00e9", "a\u0301\u0323", "a\u0323\u0301", "\u0344", "\u212b", "\u2126", "\u1e9b\u0323", "\u0958", "\u2adc", "\ufb1d", "\u0f43", "\u0301",
    " \u0301x", "\n\u0301", "x\u0301\u0301\u0301\u0316\u0316", "q\u0307\u0323", "\u1d15e", "\U0001d15e", "\U0001d1bc", "\U0002f800", "\u1100\u1161\u11a8",
    "\u1100\u1161", "\uac00\u11a7", "\uac00\u11a7\u11a8", "\uac00\u11a8", "\uac01\u11a8", "\u1100\u1161\u11a7\u11a8", "\u1112\u1175\u11c2", "\u1113\u1161",
    "\u1100\u1176", "\u115f\u1160", "한국어", "\u304b\u3099", "\u30cf\u309a", "\u09c7\u09be", "\u0b47\u0b57", "\u1025\u102e", "\u0dd9\u0dcf\u0dca",
    "\U00011935\U00011930", "\U000110a5\U000110ba", "\U00011131\U00011127", "\U00016d68\U00016d67", "\U00011382\U000113c9",
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇯🇵🇩🇪", "#️⃣", "☺️ ☺", "🌲🌳", "a🌲b", " 🌲", "\U0001faf7", "\U0001fae9", "\U0001f9d1\u200d\U0001f384",
    "\ue000", "\U000f0000", "\U0010ffff", "\ufffe\uffff", "\u0378", "\U000323b0", "\U0002ebf0\U0002ee5d", "\u1c89\u1c8a", "\ua7cb", "\U00010d40",
    "\U00016100x", "\x00", "a\x00b", "\x7f", "\x01\x02\x03",
    "<|im_start|>", "<|im_end|>", "a<|im_end|>b", " <|im_end|> ", "<|im_end|", "<|im_end|>\n", "<<|im_end|>>", "<|im_start|>user\nx<|im_end|>",
    "<think>", "</think>", "<think></think>", "<thin", "< think>", "<Think>", "<|IM_END|>", "<tool_call>{\"a\": 1}</tool_call>", "<|endoftext|>",
    "e<think>\u0301", "<|im_<|im_end|>end|>", "\uff1c|im_end|>", "<|fim_pad|><|fim_prefix|><|fim_suffix|>",
    PREFIX + SUFFIX, PREFIX + "\n\n a tree" + SUFFIX, PREFIX + "  a tree \n" + SUFFIX, PREFIX + "\u0301" + SUFFIX, PREFIX + "'s" + SUFFIX,
    PREFIX + "1" + SUFFIX, PREFIX + "\t" + SUFFIX, "a" * 300, "ab" * 200, " " * 100, "\n" * 50 + "x", "木" * 100, "\u0301" * 60, "!" * 90,
]

SPACES = [chr(c) for c in (9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680, *range(0x2000, 0x200b), 0x2028, 0x2029, 0x202f, 0x205f, 0x3000)]
NEARLY_SPACES = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\x1c", "\x1f"]
MARKS = [chr(c) for c in range(0x300, 0x1f000) if unicodedata.combining(chr(c))]
COMPOSED = [chr(c) for c in range(0xc0, 0x30000) if unicodedata.decomposition(chr(c)) and "<" not in unicodedata.decomposition(chr(c))]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
EMOJI = ["👩", "👨", "🧑", "\u200d", "\ufe0f", "🏽", "🏿", "❤", "🔥", "🇫", "🇷", "\U000e0067", "\u20e3", "🌲", "☃"]


def random_case(rng: random.Random, text: str) -> str:
    return "".join(rng.choice((c.lower(), c.upper(), "\u017f" if c == "s" else c)) for c in text)


def any_character(rng: random.Random) -> str:
    while True:
        code = rng.choice((rng.randrange(0x80), rng.randrange(0x800), rng.randrange(0x10000), rng.randrange(0x20000),
                           rng.randrange(0x110000)))
        if not 0xd800 <= code <= 0xdfff:
            return chr(code)


def hangul(rng: random.Random) -> str:
    return "".join(chr(rng.choice((rng.randrange(0x1100, 0x1200), rng.randrange(0x1100, 0x1113), rng.randrange(0x1161, 0x1176),
                                   rng.randrange(0x11a6, 0x11c4), rng.randrange(0xac00, 0xd7a4),
                                   0xac00 + 28 * rng.randrange(399)))) for _ in range(rng.randint(2, 6)))


def fragment(rng: random.Random, words: list[str]) -> str:
    """A few characters of one of the kinds that tokenizers get wrong."""
    start = rng.randrange(0x110000 // 64) * 64
    kinds = [
        lambda: any_character(rng),
        lambda: "".join(chr(c) for c in (start + rng.randrange(64) for _ in range(4)) if not 0xd800 <= c <= 0xdfff),
        lambda: rng.choice(words),
        lambda: " " + rng.choice(words),
        lambda: "".join(rng.choices(SPACES, k=rng.randint(1, 4))),
        lambda: rng.choice((" ", "  ", "\n", "\r\n", "\t", "\n\n", " \n ")),
        lambda: rng.choice(NEARLY_SPACES),
        lambda: rng.choice(CONTRACTIONS),
        lambda: random_case(rng, rng.choice(CONTRACTIONS)),
        lambda: str(rng.randrange(10 ** rng.randint(1, 9))),
        lambda: "".join(rng.choices("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", k=rng.randint(1, 4))),
        lambda: rng.choice("aeiouAEIOUqx") + "".join(rng.choices(MARKS, k=rng.randint(1, 5))),
        lambda: rng.choice(COMPOSED) + rng.choice(("", rng.choice(MARKS))),
        lambda: unicodedata.normalize("NFD", rng.choice(COMPOSED)),
        lambda: hangul(rng),
        lambda: "".join(rng.choices(EMOJI, k=rng.randint(1, 5))),
        lambda: rng.choice(SPECIALS),
        lambda: rng.choice(SPECIALS)[:rng.randint(1, 8)],
    ]
    return rng.choice(kinds)()


def hostile_texts(count: int, seed: int, longest: int) -> list[str]:
    rng = random.Random(seed)
    words = sorted({word for sentence in SENTENCES for word in sentence.split()})
    return ["".join(fragment(rng, words) for _ in range(rng.randint(1, longest))) for _ in range(count)]


def train_small() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False, min_frequency=1)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.add_special_tokens(SPECIALS[:-2])
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in SPECIALS[-2:]])
    return tokenizer


def write_small(folder: Path) -> Tokenizer:
    tokenizer = train_small()
    (folder / "separate").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    tokenizer.model.save(str(folder / "separate"))
    added = {text: tokenizer.token_to_id(text) for text in SPECIALS}
    (folder / "separate" / "added_tokens.json").write_text(json.dumps(added, indent=1) + "\n")
    return tokenizer


def write_cases(tokenizer: Tokenizer, texts: list[str], path: Path) -> None:
    with path.open("w") as out:
        for text in texts:
            out.write(text.encode().hex() + "\t" + " ".join(map(str, tokenizer.encode(text).ids)) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("small", "full"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20000, help="random texts for `full`")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.mode == "small":
        tokenizer, texts = write_small(args.folder), HAND_WRITTEN + hostile_texts(250, args.seed, 5)
    else:
        tokenizer = Tokenizer.from_file(str(args.folder / "tokenizer.json"))
        texts = HAND_WRITTEN + SENTENCES + hostile_texts(args.count, args.seed, 12)
    write_cases(tokenizer, texts, args.folder / "cases.txt")
    print(f"{len(texts)} texts, vocabulary of {tokenizer.get_vocab_size()}")


if __name__ == "__main__":
    main()
