package io.github.sdtune.evaluate;

/**
 * How it is measured whether pictures of the training are drawn again.
 *
 * @param pictures that are drawn for it, from captions of training pictures; 0: none
 * @param atValidations whether it is measured at each validation of a training as well
 */
public record MemorisationSettings(int pictures, boolean atValidations) {}
