package io.github.sdtune.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test beside diffusers itself, skipped unless Maven is run with {@code -Pinterop}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "sdtune.interop",
    matches = "true",
    disabledReason = "needs Python and its packages: run with -Pinterop")
@interface Interop {}
