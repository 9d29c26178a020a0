package io.github.sdtune.dataset;

/** A picture as it is looked at. */
record Framed(Item item, Framing framing) {}
