package io.github.sdtune.method;

import java.util.Optional;

/**
 * A file of those that {@link Method#write} makes that is published as an artifact.
 *
 * @param file its name in the folder of the weights
 * @param type of the artifact
 * @param classifier of the artifact; absent: none, as whole models have it
 * @param title what it is, for the user
 */
public record Published(String file, String type, Optional<String> classifier, String title) {}
