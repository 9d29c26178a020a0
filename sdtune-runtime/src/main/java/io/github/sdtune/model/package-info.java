/**
 * Stable Diffusion 1.x, 2.x and XL: one architecture class a file, with diffusers' names. An object
 * is built from its configuration and the weights under its own path, so that the constructors are
 * the map of the checkpoint.
 */
package io.github.sdtune.model;
