"""Pictures of the sample products, drawn in two tones: they need neither a network nor a font."""

from urllib.parse import quote

# A light ground, the tone of the thing, and a middle one.
_TEAL = ("#d4ebe6", "#0f5e57", "#86c7bc")
_AMBER = ("#f8e6c4", "#8a4b12", "#e2a757")
_ROSE = ("#f6d9d5", "#8c2f39", "#e09a94")
_BLUE = ("#d6e3f0", "#274c77", "#8fb3d6")

# On 160 by 120; what has no colour of its own is filled with the tone of the thing.
_DRAWINGS = {
    "Enamel mug": (
        _AMBER,
        """
        <path d="M97 50h9a14 14 0 0 1 0 30h-9" fill="none" stroke="{dark}" stroke-width="7"/>
        <rect x="50" y="40" width="48" height="56" rx="6"/>
        <path d="M50 54h48v8H50z" fill="{middle}"/>
        <path d="M64 31c-5-6 5-9 0-16m18 16c-5-6 5-9 0-16" fill="none" stroke="{middle}"
        stroke-width="4" stroke-linecap="round"/>
        """,
    ),
    "Desk lamp": (
        _TEAL,
        """
        <path d="M92 58l30 40H72z" fill="{middle}" opacity=".55"/>
        <rect x="40" y="92" width="44" height="7" rx="3.5"/>
        <path d="M62 92L48 62l34-26" fill="none" stroke="{dark}" stroke-width="6"
        stroke-linejoin="round"/><circle cx="48" cy="62" r="6" fill="{middle}"/>
        <path d="M76 30l14-9 24 32-32 14c-10-12-12-24-6-37z"/>
        """,
    ),
    "Field notebook": (
        _BLUE,
        """
        <rect x="52" y="22" width="60" height="76" rx="5"/>
        <path d="M57 22h7v76h-7a5 5 0 0 1-5-5V27a5 5 0 0 1 5-5z" fill="{middle}"/>
        <rect x="73" y="38" width="26" height="17" rx="2" fill="{light}"/>
        <path d="M78 44h16m-16 5h10" stroke="{dark}" stroke-width="2"/>
        <path d="M104 22h3v76h-3z" fill="{middle}"/>
        """,
    ),
    "Wool socks": (
        _ROSE,
        """
        <g fill="none" stroke-width="22" stroke-linejoin="round" stroke-linecap="round">
        <path d="M94 34v34l22 16" stroke="{middle}"/><path d="M62 34v38l22 16" stroke="{dark}"/>
        </g><rect x="80" y="20" width="28" height="14" rx="4"/>
        <rect x="48" y="20" width="28" height="14" rx="4" fill="{middle}"/>
        <path d="M51 48h22m-22 10h22" stroke="{light}" stroke-width="4"/>
        <path d="M83 48h22" stroke="{light}" stroke-width="4"/>
        """,
    ),
    "Bicycle bell": (
        _AMBER,
        """
        <path d="M42 76a38 38 0 0 1 76 0z"/><circle cx="80" cy="36" r="6" fill="{middle}"/>
        <rect x="36" y="76" width="88" height="9" rx="4.5" fill="{middle}"/>
        <path d="M68 85h24v11H68z"/><path d="M116 85l16 10" stroke="{dark}" stroke-width="6"
        stroke-linecap="round"/><path d="M54 68a27 27 0 0 1 15-18" fill="none" stroke="{light}"
        stroke-width="4" stroke-linecap="round"/>
        """,
    ),
    "Chess set": (
        _BLUE,
        """
        <g fill="{middle}"><circle cx="110" cy="54" r="10"/>
        <path d="M104 63h12c1 12 4 20 9 26H95c5-6 8-14 9-26z"/>
        <rect x="92" y="89" width="36" height="8" rx="3"/></g>
        <circle cx="66" cy="34" r="14"/><rect x="52" y="47" width="28" height="6" rx="3"/>
        <path d="M58 53h16c1 17 5 28 13 36H45c8-8 12-19 13-36z"/>
        <rect x="40" y="88" width="52" height="9" rx="3"/>
        """,
    ),
    "Potted fern": (
        _TEAL,
        """
        <path d="M80 66c-1-26-13-40-34-46 0 22 11 39 34 46z"/>
        <path d="M80 66c1-26 13-40 34-46 0 22-11 39-34 46z"/>
        <path d="M80 66c-12-18-11-36 0-52 11 16 12 34 0 52z" fill="{middle}"/>
        <path d="M60 76h40l-6 23H66z"/><rect x="55" y="66" width="50" height="11" rx="3"/>
        <path d="M63 84h34" stroke="{middle}" stroke-width="4"/>
        """,
    ),
    "Camping stove": (
        _ROSE,
        """
        <path d="M82 14c20 17 24 32 14 44H64c-9-12-3-22 6-30 1 7 4 9 8 9 5-7 6-15 4-23z"
        fill="{middle}"/><path d="M80 40c8 7 9 13 5 18H75c-4-6-1-12 5-18z" fill="{light}"/>
        <path d="M50 58h60l-8 8H58z"/><path d="M74 66h12v8H74z" fill="{middle}"/>
        <rect x="60" y="74" width="40" height="25" rx="7"/>
        <path d="M60 83h40v7H60z" fill="{middle}"/>
        """,
    ),
    "Umbrella": (
        _BLUE,
        """
        <path d="M80 58v34a8 8 0 0 1-16 0" fill="none" stroke="{dark}" stroke-width="5"
        stroke-linecap="round"/><path d="M80 14v8" stroke="{dark}" stroke-width="5"/>
        <path d="M34 66a46 46 0 0 1 92 0q-11-9-23 0-11-9-23 0-12-9-23 0-12-9-23 0z"/>
        <path d="M57 66c2-24 10-40 23-46 13 6 21 22 23 46q-11-9-23 0-12-9-23 0z"
        fill="{middle}"/>
        """,
    ),
    "Record player": (
        _TEAL,
        """
        <rect x="36" y="28" width="88" height="66" rx="7"/>
        <path d="M48 94h12v5H48zm52 0h12v5h-12z"/><circle cx="71" cy="61" r="27" fill="{light}"/>
        <circle cx="71" cy="61" r="21" fill="none" stroke="{middle}" stroke-width="3"/>
        <circle cx="71" cy="61" r="13" fill="{middle}"/><circle cx="71" cy="61" r="3"/>
        <path d="M111 41v27l-14 12" fill="none" stroke="{middle}" stroke-width="4"
        stroke-linecap="round"/><circle cx="111" cy="41" r="6" fill="{middle}"/>
        """,
    ),
    "Alarm clock": (
        _ROSE,
        """
        <path d="M62 86l-9 12m45-12l9 12" stroke="{dark}" stroke-width="7"
        stroke-linecap="round"/><path d="M46 46a16 16 0 0 1 24-19zm68 0a16 16 0 0 0-24-19z"
        fill="{middle}"/><circle cx="80" cy="62" r="32"/>
        <circle cx="80" cy="62" r="24" fill="{light}"/>
        <path d="M80 46v16l10 8" fill="none" stroke="{dark}" stroke-width="5"
        stroke-linecap="round" stroke-linejoin="round"/>
        """,
    ),
    "Tea pot": (
        _AMBER,
        """
        <path d="M52 58c-26-8-28 30 4 26" fill="none" stroke="{dark}" stroke-width="7"/>
        <path d="M102 60c11-2 10-14 22-20l7 6c-9 7-9 27-27 32z"/>
        <ellipse cx="79" cy="70" rx="32" ry="28"/>
        <path d="M61 44a18 11 0 0 1 36 0z" fill="{middle}"/><circle cx="79" cy="30" r="5"/>
        <path d="M48 66q31 12 62 0v9q-31 12-62 0z" fill="{middle}"/>
        """,
    ),
}


def picture_of(title: str) -> str:
    """The picture of the sample product with this title, written out as a `data:` address."""
    (light, dark, middle), drawing = _DRAWINGS[title]
    drawing = " ".join(drawing.split()).format(light=light, dark=dark, middle=middle)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120" fill="{dark}">'
        f'<path d="M0 0h160v120H0z" fill="{light}"/>'
        f'<ellipse cx="80" cy="101" rx="52" ry="5" fill="{middle}" opacity=".5"/>'
        f"{drawing}</svg>"
    )
    return "data:image/svg+xml," + quote(drawn)
