;; What the Scheme benchmarks share, in Guile's words.
(use-modules (rnrs base) (rnrs bytevectors) (rnrs hashtables) (rnrs io ports) (rnrs lists)
             (srfi srfi-1))

(define runs (string->number (cadr (command-line))))

(define (measure f)
  (let loop ((n runs))
    (when (> n 0)
      (let* ((start (get-internal-real-time)) (result (f)) (end (get-internal-real-time)))
        (format #t "result ~a\n" result)
        (format #t "time ~a\n"
                (quotient (* 1000000000 (- end start)) internal-time-units-per-second))
        (loop (- n 1))))))

;; Guile's compiler knows the types behind the general operations; its fl+ is a checked call.
(define-syntax-rule (fl+ a ...) (+ a ...))
(define-syntax-rule (fl- a ...) (- a ...))
(define-syntax-rule (fl* a ...) (* a ...))
(define-syntax-rule (fl/ a ...) (/ a ...))
(define-syntax-rule (fl> a b) (> a b))
(define-syntax-rule (flsqrt a) (sqrt a))
(define-syntax-rule (fixnum->flonum n) (* 1.0 n))
