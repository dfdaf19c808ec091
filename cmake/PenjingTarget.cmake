# What every target of the project shares: warnings, no contraction surprises, sanitizers.
# -ffp-contract=off keeps a*b+c as written, so that only explicit FMA intrinsics fuse
# and a kernel set gives the same bytes whatever the compiler decides to inline.
function(penjing_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
                         -Wno-unknown-pragmas -ffp-contract=off)
  if(PENJING_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${PENJING_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${PENJING_SANITIZE})
  endif()
endfunction()
