"""The two looks of the terminal chat: a night and a page of paper."""

from __future__ import annotations

from textual.theme import Theme

DARK = "nocturne-dark"
LIGHT = "nocturne-light"

THEMES = (
    Theme(
        name=DARK,
        primary="#8fa8ff",
        secondary="#7f8bb5",
        accent="#e6c88a",
        success="#8fcf9f",
        warning="#e6b673",
        error="#f08a94",
        foreground="#d9dce6",
        background="#11131a",
        surface="#1b1f2b",
        panel="#272c3d",
        dark=True,
        variables={
            "border-blurred": "#272c3d",
            "footer-background": "#11131a",
            "footer-description-foreground": "#8b90a3",
            "footer-key-foreground": "#8fa8ff",
            "link-color": "#8fa8ff",
            "scrollbar": "#272c3d",
            "scrollbar-background": "#11131a",
            "scrollbar-hover": "#3a4159",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#3f58b5",
        secondary="#5f6a90",
        accent="#8a5f10",
        success="#2f7d4a",
        warning="#8a5a10",
        error="#b3324a",
        foreground="#2a2d38",
        background="#fbfaf7",
        surface="#efede6",
        panel="#dfdcd2",
        dark=False,
        variables={
            "border-blurred": "#dfdcd2",
            "footer-background": "#fbfaf7",
            "footer-description-foreground": "#6d7182",
            "footer-key-foreground": "#3f58b5",
            "link-color": "#3f58b5",
            "scrollbar": "#dfdcd2",
            "scrollbar-background": "#fbfaf7",
            "scrollbar-hover": "#c5c1b4",
        },
    ),
)
