# SPDX-License-Identifier: Apache-2.0
"""Text files that are too long to be kept: the same text each time, made when a test asks for it."""

WORDS = (
    "the of and to a in that it's is was he for with as his on be at by had not are but from or"
    " have an they which one you were her all she there would their we him been has when who will"
    " more no if out so said what up its about into than them can only other new some could time"
    " these two may then do first any my now such like our over man me even most made after also"
    " did many before must through years where much your way well down should because each just"
    " those people how too little state good very make world still own see men work long get here"
    " between both life being under never day same another know while last might us great old"
).split()


def text_file(folder, size):
    """A file of `size` letters, spaces, points and line ends: early words are frequent ones."""
    path = folder / f"text-{size}.txt"
    if not path.is_file():
        path.write_text(text(size))
    return path


def text(size):
    pieces, length, state, capital = [], 0, 42, True
    while length < size:
        state = (state * 1103515245 + 12345) % (1 << 31)
        draw = (state >> 8) / (1 << 23)
        word = WORDS[int(len(WORDS) * draw * draw * draw)]
        word = word.capitalize() if capital else word
        capital = state % 0x10000 // 0x100 < 20
        word += ".\n" if capital else " "
        pieces.append(word)
        length += len(word)
    return "".join(pieces)[:size]
