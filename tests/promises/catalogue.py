"""What the product promises, a code to a sentence; a test names the promise it holds: `mark.promise("frozen")`."""

from __future__ import annotations

PROMISES = {
    "one-receipt": "Every upload ends in exactly one receipt, however often and in whatever order its events come",
    "nothing-lost": "What was received, accepted or decided stays, whatever fails and wherever a process ends",
    "as-it-stands": "A workbook is read as it stands, cell by cell, or refused; of a broken one nothing is half read",
    "one-order": "Of several uploads the same one counts, whichever is taken in first; a bad one replaces no good one",
    "finished": "What was cut off at any call is finished by one more run, to the same end, and nothing is done twice",
    "nothing-left": "Of a purged or classified upload no contents are left, in any version of any object or any item",
    "frozen": "An edition never changes, and says which submissions it was made from",
    "told": "A letter or a link counts as given only once it is; what failed is shown and can be given again",
    "isolated": "A link reaches one unit only, and a role does what is its own, on every route",
    "refused-in-words": "No request is answered by a 5xx, an echo of itself, or a redirect to another place",
    "disarmed": "What a sender wrote is text in every file that is made from it",
    "restored": "A backup brings back everything as it was when it was made; a sweep takes in what came later",
    "same-engine": "What holds on one engine holds on the others",
    "deadline-day": "A deadline day is answered whole: as many receipts as files, with the stack killed meanwhile",
}
