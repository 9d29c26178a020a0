package io.github.sdtune.gate;

/**
 * A regression that somebody has decided to release.
 *
 * @param metric that regressed
 * @param value that was accepted: a worse one fails as before
 * @param until the last version of the model that it is accepted for
 * @param reason for people; required
 */
public record AcceptedRegression(String metric, double value, String until, String reason) {}
