/**
 * What users write in the POM: mutable beans, because Maven sets their fields. A field's initial
 * value is its default. {@link io.github.sdtune.maven.JobFactory} turns them into settings.
 */
package io.github.sdtune.maven.parameters;
