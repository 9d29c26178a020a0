package io.github.sdtune.generate;

/**
 * An adapter as pictures name it.
 *
 * @param name of its file, without the ending
 * @param hash the first twelve digits of the SHA-256 of its tensors, by which others find it
 */
public record NamedAdapter(String name, double scale, String hash) {}
