"""The reader of sheets as it stood when it became quicker: the oracle of `test_against_oracle.py`.

The other tests show what is read and refused of files that somebody thought of; they do not notice a reader that
lets a little more through. So this copy stays as it is, slow and strict, and the reader has to agree with it on
mutated files. It is the smallest copy that reads cells: the sheets and the shared texts over expat. What stands before
and around them (guard, parts, styles, dates) is the reader's own. A rule that is changed on purpose is changed in both.
"""
