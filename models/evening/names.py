"""The words an evening is made of: cities without a team of their own, first and last names."""

from __future__ import annotations

CITIES: dict[str, str] = {
    "ALB": "Albany", "AUS": "Austin", "BAL": "Baltimore", "BUF": "Buffalo", "CIN": "Cincinnati",
    "CLB": "Columbus", "ELP": "El Paso", "HAR": "Hartford", "JAX": "Jacksonville",
    "KCK": "Kansas City", "LOU": "Louisville", "MTL": "Montreal", "NSH": "Nashville",
    "OMA": "Omaha", "PIT": "Pittsburgh", "RAL": "Raleigh", "RIC": "Richmond", "ROC": "Rochester",
    "SDG": "San Diego", "SEA": "Seattle", "STL": "St. Louis", "TAM": "Tampa", "TUL": "Tulsa",
    "VAN": "Vancouver",
}  # fmt: skip

_FIRST = """
    Abdou Adrian Aleksej Amari Andre Ansel Arvin Ayo Bashir Benedikt Bogdan Branko Bryce Caleb
    Cedric Chidi Corbin Dante Darnell Davion De'Marion Deshawn Dimitri Donovan Eitan Elias Emeka
    Enzo Ezra Femi Filip Gideon Goran Grayson Hassan Hugo Ibrahima Isaac Ivan Jabril Jaleel
    Javonte Joaquin Jonas Josiah Kai Kareem Keyon Kofi Lamar Lazar Leandro Lorenzo Luka Malik
    Marcus Mateo Micah Milos Moussa Nasir Nico Nolan Obinna Omari Oskar Pavel Quincy Rafael
    Rasheed Remy Rodrigo Rui Samson Santiago Sekou Shaquan Simeon Stefan Tariq Tae-Hoon Terrence
    Theo Tobias Tremaine Tyrell Usman Vasily Viktor Wendell Xavier Yannick Yuki Zaire Zoran
"""

_LAST = """
    Abernathy Adeyemi Alvarado Amundsen Asante Aubert Bakari Banovic Barlow Beaumont Bellweather
    Bergqvist Blackwood Boateng Brantley Calloway Camara Carrington Castellan Cisse Cobbins
    Corrales Crenshaw Dabrowski Delacroix Diakite Dragovic Drummer Ekwueme Ellsworth Espinel
    Fairchild Fitzroy Fontaine Gaither Gambrell Georgiou Grimaldi Guidry Halvorsen Hargrove
    Hathaway Hollis-Reed Ingersoll Iwobi Jankovic Jefferies Kaminski Kerrigan Kinloch Kovalenko
    Kuznetsov Lackey Langlois Larkspur Lindqvist Lockridge Lowery Mackey Maduro Marchetti
    Mbemba McAllen McCray Merriweather Milosevic Montrose Morimoto Nakamura N'Dour Nwosu O'Dell
    Obradovic Okafor-Lane Oyelaran Papadakis Pemberton Petrov Pinckney Quarles Quintero Radcliffe
    Ramsey-Cole Redfern Rolle Rousseau Saldana Sarr Satterfield Seymore Shackelford Silvestri
    Sorrell Stallworth Sundberg Swanigan Tadesse Thibault Thornwell Tillery Tomasic Traylor
    Uzoma Valanciute Vandermeer Vasquez-Hill Venable Villanova Wadlington Weatherly Whitlock
    Wickham Winslet Yarborough Yilmaz Zambrano Zielinski
"""

FIRST_NAMES = tuple(_FIRST.split())
LAST_NAMES = tuple(_LAST.split())
"""Invented players are named by any pair of the two."""

SUFFIXES: tuple[str, ...] = (" Jr.", " II", " III", " IV")
"""A few players carry one: readers of names must cope with it."""

WORRIES: tuple[str, ...] = (
    "ankle", "knee soreness", "illness", "hamstring", "lower back", "calf strain", "hip", "wrist",
    "rest", "personal reasons", "groin", "foot soreness", "quad contusion",
)  # fmt: skip
