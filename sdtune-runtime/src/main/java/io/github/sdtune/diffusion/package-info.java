/** Noise schedules, samplers, and generation of pictures. */
package io.github.sdtune.diffusion;
