"""What a browser says it is, in a person's words. Pure, and never a fact to rely on: anybody may send any line."""

import re

_BROWSERS = [
    (re.compile(r"\bEdgA?(?:iOS)?/"), "Edge"),
    (re.compile(r"\bOPR/|\bOpera\b"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\bVivaldi/"), "Vivaldi"),
    (re.compile(r"\bFirefox/|\bFxiOS/"), "Firefox"),
    (re.compile(r"\bChrome/|\bCriOS/|\bChromium/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+.*\bSafari/"), "Safari"),
    (re.compile(r"\bcurl/"), "curl"),
]
_SYSTEMS = [
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac OS X\b|\bMacintosh\b"), "macOS"),
    (re.compile(r"\bLinux\b|\bX11\b"), "Linux"),
]
_HAND_HELD = {"iPhone", "iPad", "Android"}


def described(user_agent: str) -> tuple[str, str]:
    """(browser, system) of a User-Agent line, each empty when it is not recognised."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def is_hand_held(user_agent: str) -> bool:
    return _first(_SYSTEMS, user_agent) in _HAND_HELD


def _first(table: list[tuple[re.Pattern[str], str]], line: str) -> str:
    return next((name for pattern, name in table if pattern.search(line)), "")
