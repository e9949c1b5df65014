"""The letters of Vietnamese and how two encodings of old write them, set down by hand.

A row is a vowel and its six forms: without tone, then grave, hook, tilde, acute, dot. TCVN3 is
given in bytes (hex), VNI in the letters of Windows-1252 that it is stored as.
"""

ROWS = """
a | a à ả ã á ạ | 61 B5 B6 B7 B8 B9 | a aø aû aõ aù aï
ă | ă ằ ẳ ẵ ắ ặ | A8 BB BC BD BE C6 | aê aè aú aü aé aë
â | â ầ ẩ ẫ ấ ậ | A9 C7 C8 C9 CA CB | aâ aà aå aã aá aä
e | e è ẻ ẽ é ẹ | 65 CC CE CF D0 D1 | e eø eû eõ eù eï
ê | ê ề ể ễ ế ệ | AA D2 D3 D4 D5 D6 | eâ eà eå eã eá eä
i | i ì ỉ ĩ í ị | 69 D7 D8 DC DD DE | i ì æ ó í ò
o | o ò ỏ õ ó ọ | 6F DF E1 E2 E3 E4 | o oø oû oõ où oï
ô | ô ồ ổ ỗ ố ộ | AB E5 E6 E7 E8 E9 | oâ oà oå oã oá oä
ơ | ơ ờ ở ỡ ớ ợ | AC EA EB EC ED EE | ô ôø ôû ôõ ôù ôï
u | u ù ủ ũ ú ụ | 75 EF F1 F2 F3 F4 | u uø uû uõ uù uï
ư | ư ừ ử ữ ứ ự | AD F5 F6 F7 F8 F9 | ö öø öû öõ öù öï
y | y ỳ ỷ ỹ ý ỵ | 79 FA FB FC FD FE | y yø yû yõ yù î
đ | đ | AE | ñ
"""
CAPITALS_OF_TCVN3 = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}

TCVN3: dict[str, str] = {}
VNI: dict[str, str] = {}
for row in ROWS.strip().splitlines():
    _, letters, codes, signs = (cell.split() for cell in row.split("|"))
    for letter, code, sign in zip(letters, codes, signs, strict=True):
        if not letter.isascii():
            TCVN3[letter] = chr(int(code, 16))
            VNI[letter] = sign
            VNI[letter.upper()] = sign.upper()
TCVN3 |= {letter: chr(code) for letter, code in CAPITALS_OF_TCVN3.items()}


def to_tcvn3(text: str) -> str:
    """The text as it is stored under .VnTime, capitals with a tone as small letters."""
    return "".join(TCVN3.get(c) or TCVN3.get(c.lower(), c) for c in text)


def to_vni(text: str) -> str:
    """The text as it is stored under VNI-Times."""
    return "".join(VNI.get(c, c) for c in text)
